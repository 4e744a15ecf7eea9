/*
 * count_page.h
 *	  Pages of counts.
 */
#ifndef AUTH_COUNT_PAGE_H
#define AUTH_COUNT_PAGE_H

#include "postgres.h"

#include "storage/block.h"
#include "storage/bufpage.h"

#include "count/count_slot.h"

/* What is counted, in the order of their pages. */
typedef enum AuthCountKind
{
	AUTH_COUNT_KEY,
	AUTH_COUNT_USER,
	AUTH_COUNT_FAMILIAR, /* a key or user at a network of its own */
	AUTH_COUNT_NETWORK,
	AUTH_COUNT_SITE, /* an IPv6 network of 48 bits */
	AUTH_COUNT_CHALLENGE,
	AUTH_COUNT_MESSAGE,
	AUTH_COUNT_NEW_MESSAGE, /* to an address that is nobody's yet */
	AUTH_COUNT_REQUEST_NETWORK,
	AUTH_COUNT_REQUEST_SITE,
	AUTH_COUNT_NEW_CODE, /* to sign up with, which anybody can have made */
	AUTH_COUNT_CODE
} AuthCountKind;

#define AUTH_COUNT_KINDS (AUTH_COUNT_CODE + 1)

extern BlockNumber auth_count_page_blocks(int places);
extern bool auth_count_page_is_size(BlockNumber blocks);
extern BlockNumber auth_count_page_block(AuthCountKind kind, uint64 name,
										 BlockNumber blocks);
extern void auth_count_page_init(Page page, BlockNumber block,
								 BlockNumber blocks);
extern bool auth_count_page_is_sound(Page page, AuthCountKind kind,
									 BlockNumber block, BlockNumber blocks);

/* Of a page that auth_count_page_is_sound() has found sound. */
extern AuthCountSlots auth_count_page_slots(Page page);
extern void auth_count_page_put(Page page, int place, AuthCountSlot slot);

#endif /* AUTH_COUNT_PAGE_H */
