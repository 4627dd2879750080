/*
 * Built-in tenants of a size: the reference tenant and one of ten times its people. People, groups, memberships
 * and assignments are written straight into the store, because there are a million of them; the rest are requests.
 */
#include "providers/sandbox/core.h"

#include "base/rfc3339.h"
#include "base/xalloc.h"

#include <stdio.h>

static const struct size {
	const char *name;
	uint32_t users, groups, members, apps, app_users, app_groups, zones, policies, rules;
} sizes[] = {
	{"reference", 10000, 500, 100000, 300, 50000, 2000, 20, 30, 100},
	{"large", 100000, 5000, 1000000, 300, 50000, 2000, 20, 30, 100},
};

static const char *const firsts[] = {"Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald",
	"Frances", "John", "Katherine", "Dennis", "Margaret", "Ken", "Radia", "Niklaus", "Hedy",
	"Tony"};
static const char *const lasts[] = {"Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth",
	"Allen", "Backus", "Johnson", "Ritchie", "Hamilton", "Thompson", "Perlman", "Wirth",
	"Lamarr", "Hoare"};
static const char *const departments[] = {"Engineering", "Sales", "Support", "Finance", "Legal",
	"People", "Marketing", "Security", "Research", "Facilities"};

struct filler {
	struct sandbox *s;
	const struct size *z;
	const char *now;
	uint32_t user, group; /* the first of each in the store */
	struct buf text;
	struct err *e;
};

static void put_text(struct filler *f, struct obj *o)
{
	free(o->text);
	o->text = xstrndup(f->text.p, f->text.n);
	o->ntext = (uint32_t)f->text.n;
	buf_clear(&f->text);
}

static void put_user(struct filler *f, uint32_t i)
{
	struct obj *u = store_new(f->s, K_USER, "00u");
	const char *first = firsts[i % LEN(firsts)], *last = lasts[i / LEN(firsts) % LEN(lasts)],
		   *dept = departments[rng_below(&f->s->rng, LEN(departments))];
	struct buf *b = &f->text;
	char login[64];

	u->parent = f->s->type;
	u->status = i % 100 == 99 ? ST_SUSPENDED : i % 40 == 39 ? ST_PROVISIONED : ST_ACTIVE;
	snprintf(login, sizeof(login), "%c%s%05u@acme.example", first[0] + 32, last, i);
	buf_addf(b,
		"{\"id\":\"%s\",\"status\":\"%s\",\"created\":\"%s\",\"activated\":\"%s\",\"statusChanged\":\"%s\",\"lastLogin\":null,\"lastUpdated\":\"%s\",\"passwordChanged\":\"%s\",\"realmId\":\"%s\",\"type\":{\"id\":\"%s\"},",
		u->id, status_names[u->status], f->now, f->now, f->now, f->now, f->now,
		f->s->realm_id, store_at(f->s, u->parent)->id);
	buf_addf(b,
		"\"profile\":{\"firstName\":\"%s\",\"lastName\":\"%s\",\"mobilePhone\":null,\"secondEmail\":null,\"login\":\"%s\",\"email\":\"%s\",\"department\":\"%s\",\"employeeNumber\":\"%05u\",\"city\":\"London\",\"countryCode\":\"GB\"},\"credentials\":{\"password\":{},\"provider\":{\"type\":\"OKTA\",\"name\":\"OKTA\"}}}",
		first, last, login, login, dept, i);
	put_text(f, u);
	name_set(f->s, K_USER, 0, slice_of(login), u->ix);
}

/*
 * Odd groups are small, even ones large; a group's members are spread evenly over the people. Both sides of an
 * edge are appended in order, so nothing needs sorting.
 */
static void put_group(struct filler *f, uint32_t i)
{
	struct obj *g = store_new(f->s, K_GROUP, "00g");
	uint32_t mean = f->z->members / f->z->groups, n = i % 2 ? mean / 2 : mean + mean / 2,
		 step = f->z->users / n, at = rng_below(&f->s->rng, step);
	char name[64];

	snprintf(name, sizeof(name), "%s %04u", departments[i % LEN(departments)], i);
	buf_addf(&f->text,
		"{\"id\":\"%s\",\"created\":\"%s\",\"lastUpdated\":\"%s\",\"lastMembershipUpdated\":\"%s\",\"objectClass\":[\"okta:user_group\"],\"type\":\"OKTA_GROUP\",\"profile\":{\"name\":\"%s\",\"description\":\"Team %u\"}}",
		g->id, f->now, f->now, f->now, name, i);
	put_text(f, g);
	name_set(f->s, K_GROUP, 0, slice_of(name), g->ix);
	for (; n > 0; n--, at += step) {
		struct obj *u = store_at(f->s, f->user + at);

		edge_add(&g->in, u->ix, ORIGIN_DIRECT);
		edge_add(&u->in, g->ix, 0);
	}
}

/* One request; its answer's id is copied when ret_id is given. */
static int ask(
	struct filler *f, const char *method, const char *path, const char *body, char *ret_id)
{
	return seed_request(f->s, method, slice_of(path), slice_of(body), ret_id, f->e);
}

/* A body in three pieces, with the app's number between them. */
static const struct {
	const char *head, *middle, *tail;
} bodies[] = {
	{"{\"name\":\"bookmark\",\"signOnMode\":\"BOOKMARK\",\"label\":\"Link ",
		"\",\"settings\":{\"app\":{\"url\":\"https://app", ".example\"}}}"},
	{"{\"signOnMode\":\"SAML_2_0\",\"label\":\"Federated ",
		"\",\"settings\":{\"signOn\":{\"ssoAcsUrl\":\"https://app",
		".example/acs\",\"recipient\":\"https://app.example/acs\",\"destination\":\"https://app.example/acs\",\"audience\":\"app\",\"subjectNameIdTemplate\":\"${user.userName}\",\"subjectNameIdFormat\":\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\",\"responseSigned\":true,\"assertionSigned\":true,\"signatureAlgorithm\":\"RSA_SHA256\",\"digestAlgorithm\":\"SHA256\",\"honorForceAuthn\":true,\"authnContextClassRef\":\"urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport\"}}}"},
	{"{\"name\":\"oidc_client\",\"signOnMode\":\"OPENID_CONNECT\",\"label\":\"Portal ",
		"\",\"settings\":{\"oauthClient\":{\"application_type\":\"web\",\"grant_types\":[\"authorization_code\"],\"response_types\":[\"code\"],\"redirect_uris\":[\"https://app",
		".example/callback\"]}}}"},
};

static int make_app(struct filler *f, uint32_t i, char *ret_id)
{
	AUTO(buf) struct buf body = BUF_TEXT;
	size_t k = i % LEN(bodies);

	buf_addf(&body, "%s%03u%s%u%s", bodies[k].head, i, bodies[k].middle, i, bodies[k].tail);
	return ask(f, "POST", "/api/v1/apps", buf_str(&body), ret_id);
}

static int assign(struct filler *f, uint32_t i, const char *app)
{
	const struct size *z = f->z;
	uint32_t users = z->app_users / z->apps + (i < z->app_users % z->apps),
		 groups = z->groups ? z->app_groups / z->apps + (i < z->app_groups % z->apps) : 0,
		 step = z->users / (users + 1), first = rng_below(&f->s->rng, step);
	struct obj *a = store_find(f->s, K_APP, slice_of(app));
	AUTO_PTR(js) doc = obj_doc(a);
	char path[96];

	for (uint32_t k = 0; k < users; k++)
		assign_direct(f->s, a, doc, store_at(f->s, f->user + first + k * step), f->now);
	for (uint32_t k = 0; k < groups; k++) {
		snprintf(path, sizeof(path), "/api/v1/apps/%s/groups/%s", app,
			store_at(f->s, f->group + (i * 7 + k * 13) % z->groups)->id);
		if (ask(f, "PUT", path, "{}", NULL) < 0)
			return -1;
	}
	return 0;
}

static int make_apps(struct filler *f)
{
	char id[21];

	for (uint32_t i = 0; i < f->z->apps; i++) {
		if (make_app(f, i, id) < 0 || assign(f, i, id) < 0)
			return -1;
	}
	return 0;
}

static int make_zones(struct filler *f)
{
	char body[256];

	for (uint32_t i = 0; i < f->z->zones; i++) {
		snprintf(body, sizeof(body),
			"{\"type\":\"IP\",\"name\":\"Office %02u\",\"gateways\":[{\"type\":\"CIDR\",\"value\":\"10.%u.0.0/16\"}]}",
			i, i);
		if (ask(f, "POST", "/api/v1/zones", body, NULL) < 0)
			return -1;
	}
	return 0;
}

static int make_rule(struct filler *f, bool access, const char *policy, uint32_t i)
{
	char path[64], body[512];

	snprintf(path, sizeof(path), "/api/v1/policies/%s/rules", policy);
	snprintf(body, sizeof(body),
		access ? "{\"type\":\"ACCESS_POLICY\",\"name\":\"Rule %u\",\"priority\":%u,\"conditions\":{\"network\":{\"connection\":\"ANYWHERE\"}},\"actions\":{\"appSignOn\":{\"access\":\"ALLOW\",\"verificationMethod\":{\"type\":\"ASSURANCE\",\"factorMode\":\"2FA\",\"reauthenticateIn\":\"PT2H\"}}}}"
		       : "{\"type\":\"SIGN_ON\",\"name\":\"Rule %u\",\"priority\":%u,\"conditions\":{\"network\":{\"connection\":\"ANYWHERE\"}},\"actions\":{\"signon\":{\"access\":\"ALLOW\",\"requireFactor\":false}}}",
		i, i);
	return ask(f, "POST", path, body, NULL);
}

static int make_policies(struct filler *f)
{
	const struct size *z = f->z;
	char body[512], id[21];

	for (uint32_t i = 0; i < z->policies; i++) {
		uint32_t rules = z->rules / z->policies + (i < z->rules % z->policies);
		bool access = i % 2;

		if (access)
			snprintf(body, sizeof(body),
				"{\"type\":\"ACCESS_POLICY\",\"name\":\"Access %02u\"}", i);
		else
			snprintf(body, sizeof(body),
				"{\"type\":\"OKTA_SIGN_ON\",\"name\":\"Session %02u\",\"conditions\":{\"people\":{\"groups\":{\"include\":[\"%s\"]}}}}",
				i, store_at(f->s, f->group + i)->id);
		if (ask(f, "POST", "/api/v1/policies", body, id) < 0)
			return -1;
		for (uint32_t k = 1; k <= rules; k++) {
			if (make_rule(f, access, id, k) < 0)
				return -1;
		}
	}
	return 0;
}

const char *sizes_known(struct slice name)
{
	for (size_t i = 0; i < LEN(sizes); i++) {
		if (slice_is(name, sizes[i].name))
			return sizes[i].name;
	}
	return NULL;
}

int sizes_fill(struct sandbox *s, const char *name, struct err *e)
{
	AUTO(buf) struct buf now = BUF_MAX(64);
	struct filler f = {.s = s, .text = BUF_TEXT, .e = e};
	int done;

	for (size_t i = 0; i < LEN(sizes); i++) {
		if (streq(sizes[i].name, name))
			f.z = &sizes[i];
	}
	if (!f.z || !f.z->groups)
		return err_set(e, ERR_USAGE, "there is no tenant of size '%s'", name);
	rfc3339_add(&now, sandbox_now(s));
	f.now = buf_str(&now);
	f.user = s->objs.n;
	for (uint32_t i = 0; i < f.z->users; i++)
		put_user(&f, i);
	f.group = s->objs.n;
	for (uint32_t i = 0; i < f.z->groups; i++)
		put_group(&f, i);
	done = make_apps(&f) < 0 || make_zones(&f) < 0 || make_policies(&f) < 0 ? -1 : 0;
	buf_release(&f.text);
	return done;
}
