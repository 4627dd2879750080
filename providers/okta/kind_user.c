#include "providers/okta/okta.h"

/* The base attributes of the default user schema; custom ones may stand beside them. */
static const struct field profile[] = {
	{"login", F_STR, F_FOLD, .doc = "the name to sign in with; the key, when it is not given"},
	{"email", F_STR, F_REQUIRED | F_FOLD, .doc = "primary address"},
	{"firstName", F_STR, F_REQUIRED, .doc = "given name"},
	{"lastName", F_STR, F_REQUIRED, .doc = "family name"},
	{"secondEmail", F_STR, .doc = "address for recovery"},
	{"mobilePhone", F_STR, .doc = "mobile phone number"},
	{"primaryPhone", F_STR, .doc = "primary phone number"},
	{"displayName", F_STR, .doc = "name for display"},
	{"middleName", F_STR, .doc = "middle name"},
	{"honorificPrefix", F_STR, .doc = "title before the name"},
	{"honorificSuffix", F_STR, .doc = "title behind the name"},
	{"title", F_STR, .doc = "job title"},
	{"nickName", F_STR, .doc = "casual name"},
	{"profileUrl", F_STR, .doc = "page about the person"},
	{"userType", F_STR, .doc = "how the person is employed, in the organization's words"},
	{"employeeNumber", F_STR, .doc = "number in the organization"},
	{"costCenter", F_STR, .doc = "cost center"},
	{"organization", F_STR, .doc = "organization"},
	{"division", F_STR, .doc = "division"},
	{"department", F_STR, .doc = "department"},
	{"managerId", F_STR, .doc = "id of the manager, in the organization's words"},
	{"manager", F_STR, .doc = "name of the manager"},
	{"streetAddress", F_STR, .doc = "street"},
	{"city", F_STR, .doc = "city"},
	{"state", F_STR, .doc = "state or region"},
	{"zipCode", F_STR, .doc = "postal code"},
	{"countryCode", F_STR, .doc = "ISO 3166-1 alpha-2"},
	{"postalAddress", F_STR, .doc = "mailing address"},
	{"preferredLanguage", F_STR, .doc = "language code"},
	{"locale", F_STR, .doc = "locale, as en_US"},
	{"timezone", F_STR, .doc = "time zone, as Europe/Paris"},
	{0},
};

static const struct field password[] = {
	{"value", F_SECRET, F_WRITE_ONLY, .doc = "set when the user is created"},
	{0},
};

static const struct field question[] = {
	{"question", F_STR, F_WRITE_ONLY, .doc = "the question"},
	{"answer", F_SECRET, F_WRITE_ONLY, .doc = "its answer"},
	{0},
};

static const struct field credentials[] = {
	{"password", F_MAP, F_WRITE_ONLY, .sub = password, .doc = "a first password"},
	{"recovery_question", F_MAP, F_WRITE_ONLY, .sub = question, .doc = "for account recovery"},
	{0},
};

static const struct field fields[] = {
	{"status", F_STATUS, .arg = "STAGED|ACTIVE|SUSPENDED|DEPROVISIONED",
		.doc = "ACTIVE also stands for PROVISIONED, PASSWORD_EXPIRED, RECOVERY and LOCKED_OUT"},
	{"type", F_REF, .arg = "userType", .wire = "type.id", .doc = "name of the user type"},
	{"profile", F_MAP, F_OPEN, .sub = profile, .doc = "base and custom attributes"},
	{"credentials", F_MAP, F_WRITE_ONLY, .sub = credentials, .doc = "sent on creation only"},
	{0},
};

/* STAGED cannot be reached again; people are never deleted (Okta: "User lifecycle"). */
static const struct move moves[] = {
	{"STAGED", "ACTIVE", OP_ACTIVATE},
	{"DEPROVISIONED", "ACTIVE", OP_ACTIVATE},
	{"ACTIVE", "SUSPENDED", OP_SUSPEND},
	{"SUSPENDED", "ACTIVE", OP_UNSUSPEND},
	{NULL, "DEPROVISIONED", OP_DEACTIVATE},
	{0},
};

static const struct lifecycle lifecycle = {
	.field = "status",
	.born = "STAGED",
	.dflt = "ACTIVE",
	.aliases = "PROVISIONED=ACTIVE|PASSWORD_EXPIRED=ACTIVE|RECOVERY=ACTIVE|LOCKED_OUT=ACTIVE",
	.moves = moves,
	.gone = "DEPROVISIONED",
};

/* {mail} is "true" where the configuration wants people to be written to. */
static const struct route routes[] = {
	{OP_READ, "GET", "/api/v1/users/{id}", "/api/v1/users/{id:.+}", R_IDEMPOTENT},
	{OP_CREATE, "POST", "/api/v1/users?activate=false", "/api/v1/users", 0},
	{OP_UPDATE, "POST", "/api/v1/users/{id}", "/api/v1/users/{id}", R_IDEMPOTENT},
	{OP_RETYPE, "PUT", "/api/v1/users/{id}", "/api/v1/users/{id}", R_IDEMPOTENT},
	{OP_ACTIVATE, "POST", "/api/v1/users/{id}/lifecycle/activate?sendEmail={mail}",
		"/api/v1/users", 0},
	{OP_DEACTIVATE, "POST", "/api/v1/users/{id}/lifecycle/deactivate?sendEmail=false",
		"/api/v1/users", R_IDEMPOTENT},
	{OP_SUSPEND, "POST", "/api/v1/users/{id}/lifecycle/suspend", "/api/v1/users", 0},
	{OP_UNSUSPEND, "POST", "/api/v1/users/{id}/lifecycle/unsuspend", "/api/v1/users", 0},
	{0},
};

/* A plain list hides deprovisioned users (Okta: "List all users"). */
static const struct listing lists[] = {
	{"/api/v1/users?limit=200", "/api/v1/users", NULL},
	{"/api/v1/users?filter=status+eq+%22DEPROVISIONED%22&limit=200", "/api/v1/users", NULL},
	{0},
};

static const struct lookup lookup = {
	.path = "/api/v1/users?limit=200&search=",
	.bucket = "/api/v1/users",
	.name_term = "profile.login eq \"%s\"",
	.id_term = "id eq \"%s\"",
	.batch = 20,
};

const struct kind kind_user = {
	.name = "user",
	.plural = "users",
	.doc = "A person, known by login. Removed from the manifests, a user is deactivated, never deleted.",
	.fields = fields,
	.routes = routes,
	.lists = lists,
	.lifecycle = &lifecycle,
	.lookup = &lookup,
	.name_path = "profile.login",
	.id_prefix = "00u",
	.removal = REMOVAL_DEACTIVATE,
	.flags = KIND_FOLD_KEY,
};
