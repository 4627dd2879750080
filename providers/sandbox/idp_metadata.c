/*
 * What a SAML identity provider has to know of Okta, as it is handed over: metadata of a service provider.
 */
#include "providers/sandbox/idps.h"
#include "providers/sandbox/key.h"

/* As text or as the value of an attribute. */
static void add_escaped(struct buf *b, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '&':
			buf_adds(b, "&amp;");
			break;
		case '<':
			buf_adds(b, "&lt;");
			break;
		case '>':
			buf_adds(b, "&gt;");
			break;
		case '"':
			buf_adds(b, "&quot;");
			break;
		default:
			buf_addc(b, s.p[i]);
		}
	}
}

/* Which responses are signed tells whether assertions have to be. */
static void add_head(struct buf *b, const struct js *protocol)
{
	struct slice request = js_str(js_path(protocol, "algorithms.request.signature.scope")),
		     response = js_str(js_path(protocol, "algorithms.response.signature.scope"));

	buf_adds(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><md:EntityDescriptor entityID=\"");
	add_escaped(b, js_str(js_path(protocol, "credentials.trust.audience")));
	buf_addf(b,
		"\" xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"><md:SPSSODescriptor AuthnRequestsSigned=\"%s\" WantAssertionsSigned=\"%s\" protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">",
		slice_is(request, "NONE") ? "false" : "true",
		slice_is(response, "RESPONSE") ? "false" : "true");
}

/* Responses come to the provider's own address, or to one that all share. */
static void add_consumer(
	struct buf *b, struct call *c, const struct obj *idp, const struct js *protocol)
{
	bool shared = slice_is(js_str(js_path(protocol, "endpoints.acs.type")), "ORG");

	buf_adds(b, "<md:NameIDFormat>");
	add_escaped(b, js_str(js_path(protocol, "settings.nameFormat")));
	buf_adds(b,
		"</md:NameIDFormat><md:AssertionConsumerService index=\"0\" isDefault=\"true\" Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"");
	add_escaped(b, slice_of(c->s->base_url));
	if (shared)
		buf_adds(b, "/auth/saml20/sandbox");
	else
		buf_addf(b, "/sso/saml2/%s", idp->id);
	buf_adds(b, "\"/></md:SPSSODescriptor></md:EntityDescriptor>");
}

void idp_metadata(struct call *c)
{
	const struct obj *idp = idp_of(c, c->arg[0]);
	AUTO_PTR(js) doc = idp ? obj_doc(idp) : NULL;
	const struct js *protocol = js_get(doc, "protocol");

	if (!idp)
		return;
	if (!idp_is_saml(doc)) {
		fail_missing(c, c->arg[0], "SAML metadata");
		return;
	}
	reply_status(c, 200);
	c->type = "application/xml;charset=UTF-8";
	add_head(&c->res->body, protocol);
	key_add_descriptor(&c->res->body);
	add_consumer(&c->res->body, c, idp, protocol);
}
