/*
 * Domains of the org's own: what it is reached at, and what it sends mail from. No DNS is asked here, so none
 * of them ever gets verified.
 */
#include "providers/sandbox/brands.h"

#include "base/hash.h"

enum { LABEL_MAX = 63, DOMAIN_MAX = 253 }; /* RFC 1035 */

/* --- custom domains --- */

static const struct refusal domain_missing = {404, "E0000163", "There is no domain of that id."};
static const struct refusal domain_taken = {400, "E0000161", "Domain names must be unique."};

bool domains_use(const struct sandbox *s, const struct obj *brand)
{
	STORE_EACH(s, K_DOMAIN, o) {
		if (o->ref == brand->ix)
			return true;
	}
	return false;
}

/* Letters, digits, hyphens and at least one dot, none of them where labels begin or end. */
static bool is_domain(struct slice s)
{
	struct slice rest = s, label;
	size_t labels = 0;

	for (; slice_cut(&rest, '.', &label); labels++) {
		if (!label.n || label.n > LABEL_MAX || label.p[0] == '-' ||
			label.p[label.n - 1] == '-')
			return false;
		for (size_t i = 0; i < label.n; i++) {
			char ch = label.p[i];

			if (!(ch >= 'a' && ch <= 'z') && !(ch >= 'A' && ch <= 'Z') &&
				!(ch >= '0' && ch <= '9') && ch != '-')
				return false;
		}
	}
	return labels > 1 && s.n <= DOMAIN_MAX;
}

static struct js *lower(struct slice s)
{
	AUTO(buf) struct buf b = BUF_MAX(512);

	buf_add_lower(&b, s);
	return js_new_str(buf_slice(&b));
}

/* What the owner of the domain has to put into its zone: fixed for an id. */
static void add_token(struct buf *b, const struct obj *o)
{
	AUTO(buf) struct buf text = BUF_MAX(64);

	buf_addf(&text, "%s+", o->id);
	buf_addf(b, "%016llx%016llx", (unsigned long long)hash64(slice_of(o->id)),
		(unsigned long long)hash64(buf_slice(&text)));
}

static struct js *record(const char *type, const struct buf *fqdn)
{
	struct js *r = js_new_map();

	js_set(r, "recordType", js_new_strz(type));
	js_set(r, "fqdn", js_new_str(buf_slice(fqdn)));
	return r;
}

static void add_record(struct js *list, const char *type, const char *label, struct slice domain,
	struct slice value)
{
	AUTO(buf) struct buf fqdn = BUF_MAX(512);
	struct js *values = js_new_list(), *r;

	buf_addf(&fqdn, "%s%.*s", label, SLICE_ARG(domain));
	r = record(type, &fqdn);
	js_push(values, js_new_str(value));
	js_set(r, "values", values);
	js_push(list, r);
}

static struct js *records(const struct obj *o, const struct js *doc)
{
	AUTO(buf) struct buf token = BUF_MAX(64);
	struct js *list = js_new_list();
	struct slice name = js_str(js_get(doc, "domain"));
	bool managed = slice_is(js_str(js_get(doc, "certificateSourceType")), "OKTA_MANAGED");

	add_token(&token, o);
	add_record(list, "TXT", managed ? "_acme-challenge." : "_oktaverification.", name,
		buf_slice(&token));
	if (managed)
		add_record(list, "CAA", "", name, SLICE("0 issue \"letsencrypt.org\""));
	add_record(list, "CNAME", "", name, SLICE("sandbox.customdomains.okta.com"));
	return list;
}

/* Its brand: the one that was asked for, what it had, or one of its own. */
static bool fill_domain_brand(struct call *c, struct obj *o, const struct js *doc)
{
	static const struct refusal refused = {
		409, "E0000203", "The default brand cannot be served at a custom domain."};
	struct slice id = js_str(js_get(c->body, "brandId"));
	struct obj *brand = id.n ? collection_find(c, &brands, id) : store_at(c->s, o->ref);

	if (id.n && !brand)
		return false;
	if (brand && brand->builtin) {
		fail_with(c, &refused);
		return false;
	}
	if (!brand)
		brand = brand_named(c, js_str(js_get(doc, "domain")));
	o->ref = brand->ix;
	return true;
}

static bool fill_domain(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	struct slice name = js_str(js_get(doc, "domain"));

	if (old && !js_str(js_get(c->body, "brandId")).n) {
		fail_field(c, "brandId", "brandId: The field cannot be left blank");
		return false;
	}
	if (!is_domain(name)) {
		fail_field(c, "domain", "domain: is no valid domain name");
		return false;
	}
	js_set(doc, "domain", lower(name));
	if (!slice_in(js_str(js_get(doc, "certificateSourceType")), "MANUAL|OKTA_MANAGED")) {
		fail_field(c, "certificateSourceType",
			"certificateSourceType: must be MANUAL or OKTA_MANAGED");
		return false;
	}
	if (!fill_domain_brand(c, o, doc))
		return false;
	js_set(doc, "brandId", js_new_strz(store_at(c->s, o->ref)->id));
	if (!old) {
		c->event = "system.custom_url_domain.initiate";
		js_set(doc, "validationStatus", js_new_strz("NOT_STARTED"));
		js_set(doc, "dnsRecords", records(o, doc));
	}
	return true;
}

/* What may be done is told differently at each place (recordings of 2025). */
static void link_domain(struct buf *b, struct call *c, const struct obj *o)
{
	const struct obj *brand = store_at(c->s, o->ref);
	bool read = streq(c->req->method, "GET"), list = read && c->col != &domains,
	     verify = streq(c->req->method, "POST") && c->arg[0].n;

	add_hint(b, c, "self",
		list || verify ? "GET|DELETE"
		: read         ? "DELETE"
			       : "GET|DELETE|PUT",
		"/api/v1/domains/%s", o->id);
	if (!list && !verify)
		add_hint(b, c, "verify", "POST", "/api/v1/domains/%s/verify", o->id);
	add_hint(b, c, "brand", "GET|PUT|DELETE", "/api/v1/brands/%s", brand->id);
}

/* Lists do without the records. */
static void show_domain(struct call *c, const struct obj *o, struct js *doc)
{
	(void)o;
	if (streq(c->req->method, "GET") && c->col != &domains)
		js_del(doc, "dnsRecords");
}

const struct collection domains = {
	.path = "/api/v1/domains",
	.kind = K_DOMAIN,
	.of = K_COUNT,
	.type = "Domain",
	.prefix = "OcD",
	.members =
		"id domain!^ certificateSourceType!^ validationStatus=: brandId=: dnsRecords=: publicCertificate=",
	.key = "domain",
	.taken = &domain_taken,
	.missing = &domain_missing,
	.event = "system.custom_url_domain.*",
	.flags = C_CREATED | C_NO_LIST,
	.fill = fill_domain,
	.links = link_domain,
	.show = show_domain,
};

/* The org's own host is a domain too, which nobody made. */
static void add_own_domain(struct buf *b, struct call *c)
{
	const struct obj *brand = brand_default(c->s);
	struct slice host = slice_of(c->s->base_url), scheme;

	slice_cut(&host, '/', &scheme);
	slice_cut(&host, '/', &scheme);
	buf_adds(b, "{\"id\":\"default\",\"domain\":");
	buf_add_json(b, host);
	buf_addf(b,
		",\"certificateSourceType\":\"OKTA_MANAGED\",\"validationStatus\":\"COMPLETED\",\"brandId\":\"%s\",\"_links\":{",
		brand->id);
	add_hint(b, c, "self", "GET", "/api/v1/domains/default");
	add_hint(b, c, "brand", "GET|PUT|DELETE", "/api/v1/brands/%s", brand->id);
	buf_adds(b, "}}");
}

static void list_domains(struct call *c)
{
	struct buf *b = &c->res->body;

	reply_status(c, 200);
	buf_adds(b, "{\"domains\":[");
	STORE_EACH(c->s, K_DOMAIN, o) {
		collection_add(b, c, &domains, o);
		buf_addc(b, ',');
	}
	add_own_domain(b, c);
	buf_adds(b, "]}");
}

static void get_own_domain(struct call *c)
{
	reply_status(c, 200);
	add_own_domain(&c->res->body, c);
}

static void verify_domain(struct call *c)
{
	struct obj *o = collection_find(c, &domains, c->arg[0]);
	AUTO_PTR(js) doc = NULL;

	if (!o)
		return;
	doc = obj_doc(o);
	js_set(doc, "validationStatus", js_new_strz("FAILED_TO_VERIFY"));
	obj_put(o, doc);
	collection_reply(c, 200, &domains, o);
}

static void put_certificate(struct call *c)
{
	static const char *const needed[] = {
		"type", "certificate", "certificateChain", "privateKey"};

	if (!collection_find(c, &domains, c->arg[0]))
		return;
	for (size_t i = 0; i < LEN(needed); i++) {
		if (js_str(js_get(c->body, needed[i])).n)
			continue;
		fail_field(c, needed[i], "%s: The field cannot be left blank", needed[i]);
		return;
	}
	/* no domain gets beyond that here */
	fail(c, 403, "E0000165", "The domain is not verified.", NULL);
}

/* --- domains that mail is sent from --- */

static const struct refusal mail_missing = {
	404, "E0000198", "There is no email domain of that id."};
static const struct refusal mail_taken = {409, "E0000197", "Email domain already exists."};

/* The name under which the mail provider knows the org. */
static void add_provider(struct buf *b, const struct obj *o)
{
	uint64_t n = hash64(slice_of(o->id));

	buf_addf(b, "u%08u.wl%03u.sendgrid.net", (unsigned)(n % 100000000),
		(unsigned)(n / 100000000 % 1000));
}

static void add_mail_record(
	struct js *list, const char *type, const struct buf *fqdn, struct slice value)
{
	struct js *r = record(type, fqdn);

	js_set(r, "verificationValue", js_new_str(value));
	js_push(list, r);
}

/* Only the first record keeps the case in which the domain was sent. */
static struct js *mail_records(const struct obj *o, const struct js *doc)
{
	static const char *const selectors[] = {"p03", "p032"};
	AUTO(buf) struct buf fqdn = BUF_MAX(1024);
	AUTO(buf) struct buf value = BUF_MAX(256);
	AUTO_PTR(js) low = lower(js_str(js_get(doc, "domain")));
	struct js *list = js_new_list();

	buf_addf(&fqdn, "_oktaverification.%.*s", SLICE_ARG(js_str(js_get(doc, "domain"))));
	add_token(&value, o);
	add_mail_record(list, "TXT", &fqdn, buf_slice(&value));
	buf_clear(&fqdn);
	buf_clear(&value);
	buf_addf(&fqdn, "%.*s.%.*s", SLICE_ARG(js_str(js_get(doc, "validationSubdomain"))),
		SLICE_ARG(js_str(low)));
	add_provider(&value, o);
	add_mail_record(list, "cname", &fqdn, buf_slice(&value));
	for (size_t i = 0; i < LEN(selectors); i++) {
		buf_clear(&fqdn);
		buf_clear(&value);
		buf_addf(&fqdn, "%s._domainkey.%.*s", selectors[i], SLICE_ARG(js_str(low)));
		buf_addf(&value, "%s.domainkey.", selectors[i]);
		add_provider(&value, o);
		add_mail_record(list, "cname", &fqdn, buf_slice(&value));
	}
	return list;
}

static bool fill_mail(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	struct obj *brand;

	if (!js_str(js_get(doc, "displayName")).n || !js_str(js_get(doc, "userName")).n) {
		fail_field(c, "userName", "userName: a sender's name and address are needed");
		return false;
	}
	if (old)
		return true;
	if (!is_domain(js_str(js_get(doc, "domain")))) {
		fail_field(c, "domain", "domain: is no valid domain name");
		return false;
	}
	if (js_str(js_get(doc, "validationSubdomain")).n > LABEL_MAX) {
		fail_field(c, "validationSubdomain", "validationSubdomain: is too long");
		return false;
	}
	if (!js_str(js_get(doc, "validationSubdomain")).n)
		js_set(doc, "validationSubdomain", js_new_strz("mail"));
	brand = collection_find(c, &brands, js_str(js_get(c->body, "brandId")));
	if (!brand)
		return false;
	o->ref = brand->ix;
	js_set(doc, "validationStatus", js_new_strz("NOT_STARTED"));
	js_set(doc, "dnsValidationRecords", mail_records(o, doc));
	return true;
}

static void stored_mail(struct call *c, struct obj *o, bool created)
{
	if (created)
		brand_set_email_domain(store_at(c->s, o->ref), o->id);
}

/* Brands that sent from it go back to Okta's own sender. */
static bool leave_mail(struct call *c, struct obj *o)
{
	STORE_EACH(c->s, K_BRAND, brand) {
		AUTO_PTR(js) doc = obj_doc(brand);

		if (slice_is(js_str(js_get(doc, "emailDomainId")), o->id))
			brand_set_email_domain(brand, NULL);
	}
	return true;
}

static void show_mail(struct call *c, const struct obj *o, struct js *doc)
{
	struct js *list, *to;

	if (c->col != &email_domains || !query_is(c, "expand", "brands"))
		return;
	list = js_new_list();
	STORE_EACH(c->s, K_BRAND, brand) {
		AUTO_PTR(js) v = obj_doc(brand);

		if (slice_is(js_str(js_get(v, "emailDomainId")), o->id))
			js_push(list, brand_printed(c, &brands, brand));
	}
	to = js_new_map();
	js_set(to, "brands", list);
	js_set(doc, "_embedded", to);
}

const struct collection email_domains = {
	.path = "/api/v1/email-domains",
	.kind = K_EMAIL_DOMAIN,
	.of = K_COUNT,
	.type = "EmailDomain",
	.prefix = "OeD",
	.members =
		"id validationStatus=: displayName! userName! domain!^ validationSubdomain^: dnsValidationRecords=:",
	.key = "domain",
	.taken = &mail_taken,
	.missing = &mail_missing,
	.event = "system.email_domain.*",
	.flags = C_CREATED | C_NO_LINKS,
	.fill = fill_mail,
	.stored = stored_mail,
	.leave = leave_mail,
	.show = show_mail,
};

static void verify_mail(struct call *c)
{
	if (collection_find(c, &email_domains, c->arg[0]))
		fail(c, 400, "E0000218", "Email domain couldn't be verified by mail provider.",
			NULL);
}

const struct route routes_domains[] = {
	{"GET", "/api/v1/domains", list_domains, 0, NULL},
	{"GET", "/api/v1/domains/default", get_own_domain, 0, NULL},
	{"POST", "/api/v1/domains/{id}/verify", verify_domain, R_OPT_BODY,
		"system.custom_url_domain.verify"},
	{"PUT", "/api/v1/domains/{id}/certificate", put_certificate, R_BODY,
		"system.custom_url_domain.cert_upload"},
	{"POST", "/api/v1/email-domains/{id}/verify", verify_mail, R_OPT_BODY,
		"system.email_domain.verify"},
	{NULL, NULL, NULL, 0, NULL},
};
