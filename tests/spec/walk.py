#!/usr/bin/env python3
"""Walks the local tenant: sends the requests of the given files and holds the answers against what they expect.

    walk.py --base URL [--token T] --routes FILE [--traffic FILE] WALK.jsonl...

A line is a request, as in a seed: {"method", "path", "body", "as"}. {NAME} stands for the id that "as" named, {BASE} for the URL.
What it may say besides:
  "status"  the status that is expected (any 2xx or 302)
  "code"    the errorCode that is expected
  "at"      where in the answer "as" finds the id: "0.id", "credentials.oauthClient.client_id"; "key=x.id" is
            the id of the list's item whose key is x; "location code=(.+)" looks in the header of that name
  "has"     {"a.b": value}: what the answer must hold there
  "form"    a body as a form;  "raw", "type": a body of another type;  "auth": another Authorization, "" for none
A line {"route": "POST /api/v1/x", "why": ...} says why a route has no success here. Each other route of the list
must have one. With --traffic the exchanges are written there as JSON lines. Prints TAP.
"""
import argparse
import http.client
import json
import re
import sys
from urllib.parse import urlencode, urlsplit

NAME = re.compile(r'\{([A-Za-z][A-Za-z0-9_]*)\}')


def look(doc, path):
    for word in filter(None, path.split('.')):
        key, equals, value = word.partition('=')
        if equals:
            doc = next((x for x in doc if isinstance(x, dict) and str(x.get(key)) == value), None)
        elif isinstance(doc, list):
            doc = doc[int(word)] if word.isdigit() and int(word) < len(doc) else None
        else:
            doc = doc.get(word) if isinstance(doc, dict) else None
    return doc


def found(line, doc, head):
    """What "as" shall name: from the document, or from a header."""
    name, _, pattern = line.get('at', 'id').partition(' ')
    if not pattern:
        return look(doc, name)
    match = re.search(pattern, head.get(name, ''))
    return match.group(1) if match else None


class Routes:
    """The list of routes, and which of them a request meets: literal segments win, from the left."""

    def __init__(self, lines):
        # two tables may serve one shape, whose segments they call differently
        self.met, self.excused, shapes = {}, {}, set()
        for line in filter(None, map(str.strip, lines)):
            shape = re.sub(r'\{[^}]*\}', '{}', line)
            if shape not in shapes:
                self.met[line] = False
            shapes.add(shape)

    def find(self, method, path):
        parts = path.split('/')
        best = None
        for route in self.met:
            verb, _, template = route.partition(' ')
            words = template.split('/')
            if verb != method or len(words) != len(parts):
                continue
            if all(w == p or (w.startswith('{') and p) for w, p in zip(words, parts)):
                rank = [not w.startswith('{') for w in words]
                if best is None or rank > best[0]:
                    best = (rank, route)
        return best[1] if best else None


class Walk:
    def __init__(self, options, routes):
        place = urlsplit(options.base)
        self.conn = http.client.HTTPConnection(place.hostname, place.port, timeout=20)
        self.token, self.routes, self.ids = options.token, routes, {'BASE': options.base}
        self.log = open(options.traffic, 'w', encoding='utf-8') if options.traffic else None
        self.tests = self.failures = 0

    def result(self, what, wrong, shown=None):
        self.tests += 1
        self.failures += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {self.tests} - {what}")
        if wrong:
            print(f'# {wrong}')
            print(f'# {json.dumps(shown)[:600]}')

    def named(self, match):
        return self.ids.get(match.group(1), match.group(0))

    def send(self, line):
        head = {'Accept': 'application/json', 'Authorization': line.get('auth', 'SSWS ' + self.token)}
        if not head['Authorization']:
            del head['Authorization']
        data = None
        if 'form' in line:
            data, kind = urlencode(line['form']), 'application/x-www-form-urlencoded'
        elif 'raw' in line:
            data, kind = line['raw'], line.get('type', 'application/json')
        elif 'body' in line:
            data, kind = json.dumps(line['body']), 'application/json'
        if data is not None:
            head['Content-Type'] = kind
        self.conn.request(line['method'], line['path'], data.encode('latin-1' if 'raw' in line else 'utf-8') if data is not None else None, head)
        answer = self.conn.getresponse()
        text = answer.read()
        try:
            doc = json.loads(text) if text else None
        except ValueError:
            doc = text.decode('utf-8', 'replace')
        return answer.status, doc, {k.lower(): v for k, v in answer.getheaders()}, head

    def wrong(self, line, status, doc, head):
        """What is wrong with an answer, or None."""
        wanted = line.get('status')
        if status != wanted if wanted else not (200 <= status < 300 or status == 302):
            return f"answered {status}, not {wanted or '2xx'}"
        if 'code' in line and look(doc, 'errorCode') != line['code']:
            return f"code {look(doc, 'errorCode')}, not {line['code']}"
        if status >= 400 and 'errorCode' not in (doc if isinstance(doc, dict) else {}) and \
                'error' not in (doc if isinstance(doc, dict) else {}):
            return 'an error without a body of an error'
        for path, value in line.get('has', {}).items():
            if look(doc, path) != value:
                return f'{path} is {look(doc, path)!r}, not {value!r}'
        if 'as' in line and not isinstance(found(line, doc, head), str):
            return f"no {line.get('at', 'id')} in the answer"
        return None

    def step(self, text, where):
        line = json.loads(NAME.sub(self.named, text))
        if 'route' in line:
            self.routes.excused[line['route']] = line['why']
            return
        try:
            status, doc, head, sent = self.send(line)
        except (http.client.HTTPException, OSError) as e:
            sys.exit(f"Bail out! {where} {line['method']} {line['path']}: {e!r}")
        path, _, query = line['path'].partition('?')
        route = self.routes.find(line['method'], path)
        if route and (200 <= status < 300 or status == 302):
            self.routes.met[route] = True
        wrong = self.wrong(line, status, doc, head)
        if not wrong and 'as' in line:
            self.ids[line['as']] = found(line, doc, head)
        self.result(f"{where} {line['method']} {line['path']} {status}", wrong, doc)
        if self.log:
            self.log.write(json.dumps({'method': line['method'], 'path': path, 'query': query, 'where': where,
                                       'reqBody': line.get('body', line.get('form')), 'status': status,
                                       'resBody': doc, 'resHeaders': head,
                                       'reqHeaders': {'content-type': sent.get('Content-Type', '')}}) + '\n')

    def coverage(self):
        for route, met in self.routes.met.items():
            excuse = self.routes.excused.get(route)
            self.result(f'{route} is walked', not met and not excuse and 'no success')
            if met and excuse:
                self.result(f'{route} needs its excuse', 'it was met with success', excuse)
        for route in self.routes.excused:
            if route not in self.routes.met:
                self.result(f'the excused {route} is a route', 'it is not in the list')


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--base', required=True)
    ap.add_argument('--token', default='sandbox')
    ap.add_argument('--routes')
    ap.add_argument('--traffic')
    ap.add_argument('files', nargs='+')
    options = ap.parse_args()
    routes = Routes(open(options.routes, encoding='utf-8') if options.routes else [])
    walk = Walk(options, routes)
    for file in options.files:
        with open(file, encoding='utf-8') as lines:
            for n, text in enumerate(lines, 1):
                if text.strip():
                    walk.step(text, f"{file.rsplit('/', 1)[-1]}:{n}")
    walk.coverage()
    print(f'1..{walk.tests}')
    return 1 if walk.failures else 0


if __name__ == '__main__':
    sys.exit(main())
