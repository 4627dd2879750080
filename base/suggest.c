#include "base/suggest.h"

#include <ctype.h>
#include <stdint.h>

enum { MAX_WORD = 64 };

struct suggest suggest_for(struct slice word)
{
	return (struct suggest){.word = word, .best = {NULL, 0}, .best_cost = SIZE_MAX};
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Damerau-Levenshtein with adjacent swaps, case folded; both words at most MAX_WORD long. */
static size_t distance(struct slice a, struct slice b)
{
	size_t rows[3][MAX_WORD + 1];
	size_t *before = rows[0], *prev = rows[1], *cur = rows[2];

	for (size_t j = 0; j <= b.n; j++)
		prev[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *spare = before;
		int ca = tolower((unsigned char)a.p[i - 1]);

		cur[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			int cb = tolower((unsigned char)b.p[j - 1]);

			cur[j] = min3(prev[j] + 1, cur[j - 1] + 1, prev[j - 1] + (ca != cb));
			if (i > 1 && j > 1 && ca == tolower((unsigned char)b.p[j - 2]) &&
				cb == tolower((unsigned char)a.p[i - 2]) &&
				before[j - 2] + 1 < cur[j])
				cur[j] = before[j - 2] + 1;
		}
		before = prev;
		prev = cur;
		cur = spare;
	}
	return prev[b.n];
}

void suggest_offer(struct suggest *s, struct slice candidate)
{
	size_t cost, most = s->word.n < 4 ? 1 : s->word.n < 9 ? 2 : 3;

	if (!s->word.n || s->word.n > MAX_WORD || !candidate.n || candidate.n > MAX_WORD)
		return;
	cost = distance(s->word, candidate);
	if (cost > most || cost >= s->best_cost)
		return;
	s->best = candidate;
	s->best_cost = cost;
}

struct slice suggest_best(const struct suggest *s)
{
	return s->best;
}
