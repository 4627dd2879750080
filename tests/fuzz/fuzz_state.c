/*
 * Any bytes as a state file.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "providers/okta/okta.h"
#include "state/store.h"
#include "tests/fuzz/fuzz.h"

static const char tenant[] = "https://acme.okta.example";

/* A file without a name, and where it can be opened. */
static void file_of(const uint8_t *data, size_t size, char *path, size_t path_size)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("state", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) < 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
		BUG("no memory file");
	snprintf(path, path_size, "/proc/self/fd/%d", fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_PTR(pool) pool = pool_new();
	AUTO_PTR(values) v = values_new(pool);
	AUTO_PTR(snapshot) snap = NULL;
	AUTO_PTR(store) s = NULL;
	AUTO(buf) struct buf out = BUF_TEXT;
	struct err e = ERR_INIT;
	char path[40];

	file_of(data, size, path, sizeof(path));
	s = store_file(path, tenant);
	if (store_load(s, okta_provider.kinds, v, &snap, &e) < 0) {
		if (e.code == ERR_NONE || !e.msg[0])
			BUG("refused without a reason");
		return 0;
	}
	if (v->stack.n)
		BUG("%u values are left", v->stack.n);
	for (res_ix i = 0; i < snap->res.n; i++) {
		val_write(v, &out, snap->res.v[i].body);
		res_describe(
			okta_provider.kinds, pool, snap->res.v[i].kind, snap->res.v[i].key, &out);
	}
	return 0;
}
