/*
 * Compiler attributes under names that read, and the house's two ownership macros.
 */
#pragma once

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define NORETURN __attribute__((noreturn))

/* AUTO(buf) struct buf b = BUF_MAX(n);  runs buf_release(&b) at the end of the scope. */
#define AUTO(type) __attribute__((cleanup(type##_release)))
/* AUTO_PTR(state_store) s = NULL;  runs state_store_free(s): each such type declares its AUTO_FREE. */
#define AUTO_FREE(type)                                                                            \
	static inline void type##_freep(struct type **p)                                           \
	{                                                                                          \
		type##_free(*p);                                                                   \
	}                                                                                          \
	struct type
#define AUTO_PTR(type) __attribute__((cleanup(type##_freep))) struct type *

/* Hands an owned pointer over: the variable no longer frees it. */
#define TAKE(p)                                                                                    \
	__extension__({                                                                            \
		__typeof__(p) take_ = (p);                                                         \
		(p) = NULL;                                                                        \
		take_;                                                                             \
	})

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
