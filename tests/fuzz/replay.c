/*
 * Runs a fuzz target over files, or the files of folders, and says so in TAP. A target that finds
 * something aborts.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/xalloc.h"
#include "tests/fuzz/fuzz.h"

static int failed, done;

static void replay(const char *path)
{
	AUTO(buf) struct buf text = BUF_TEXT;
	struct err e = ERR_INIT;
	uint8_t *copy;

	done++;
	if (fs_read(path, &text, &e) < 0) {
		printf("not ok %d - %s: %s\n", done, path, e.msg);
		failed++;
		return;
	}
	/* of exactly its size, so that a read past the end is seen */
	copy = xmalloc(text.n);
	if (text.n)
		memcpy(copy, text.p, text.n);
	(void)LLVMFuzzerTestOneInput(copy, text.n);
	free(copy);
	printf("ok %d - %s\n", done, path);
}

static int is_input(const struct dirent *ent)
{
	return ent->d_name[0] != '.';
}

static void replay_folder(struct arena *a, const char *path)
{
	struct dirent **list = NULL;
	int n = scandir(path, &list, is_input, alphasort);

	for (int i = 0; i < n; i++) {
		replay(fs_join(a, path, list[i]->d_name));
		free(list[i]);
	}
	free(list);
}

int main(int argc, char **argv)
{
	struct arena a = ARENA_INIT;

	for (int i = 1; i < argc; i++) {
		if (fs_is_dir(argv[i]))
			replay_folder(&a, argv[i]);
		else
			replay(argv[i]);
	}
	arena_release(&a);
	printf("1..%d\n", done);
	return failed || !done;
}
