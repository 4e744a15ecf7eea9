/*
 * count_page.c
 *	  Pages of counts: slots from the front, and at the end what page it is.
 *
 * The index has no page that describes it: its size is what the file has, a
 * multiple of 32 pages, of which each kind owns fixed 32nds.  So none pushes
 * out another's counts.
 *
 * Nothing of a page is used before auth_count_page_is_sound() has looked at
 * it; whoever can write the file may have written anything.
 */
#include "postgres.h"

#include "count/count_page.h"

#define MAGIC 0x61634e74
#define VERSION 1
#define PARTS 32

typedef struct Special
{
	uint32 magic;
	uint16 version;
	uint16 kind;
	uint32 block;
	uint32 blocks; /* pages of the whole index */
} Special;

#define FIRST SizeOfPageHeaderData
#define SPECIAL (BLCKSZ - MAXALIGN(sizeof(Special)))
#define PLACES ((int) ((SPECIAL - FIRST) / sizeof(AuthCountSlot)))
#define END (FIRST + PLACES * sizeof(AuthCountSlot))

/*
 * Which 32nds of the index each kind of count has.  IPv6 networks of 48 bits have
 * one, where those of 64 bits and IPv4 have four: there are fewer of them to fail
 * from, as of one of theirs come 65,536 of the others.
 */
static const struct
{
	int first;
	int count;
} parts[AUTH_COUNT_KINDS] = {
	[AUTH_COUNT_KEY] = {0, 16},
	[AUTH_COUNT_USER] = {16, 2},
	[AUTH_COUNT_FAMILIAR] = {18, 2},
	[AUTH_COUNT_NETWORK] = {20, 4},
	[AUTH_COUNT_SITE] = {24, 1},
	[AUTH_COUNT_CHALLENGE] = {25, 1},
	[AUTH_COUNT_MESSAGE] = {26, 1},
	[AUTH_COUNT_NEW_MESSAGE] = {27, 1},
	[AUTH_COUNT_REQUEST_NETWORK] = {28, 1},
	[AUTH_COUNT_REQUEST_SITE] = {29, 1},
	[AUTH_COUNT_NEW_CODE] = {30, 1},
	[AUTH_COUNT_CODE] = {31, 1},
};

/* How many pages hold at least so many places. */
BlockNumber
auth_count_page_blocks(int places)
{
	int each = PARTS * PLACES;

	return (BlockNumber) ((places + each - 1) / each * PARTS);
}

bool
auth_count_page_is_size(BlockNumber blocks)
{
	return blocks > 0 && blocks % PARTS == 0;
}

/* The page that a name is counted on, chosen by the name's upper 32 bits. */
BlockNumber
auth_count_page_block(AuthCountKind kind, uint64 name, BlockNumber blocks)
{
	BlockNumber part = blocks / PARTS;
	uint64 hash = name >> (AUTH_COUNT_NAME_BITS - 32);

	return parts[kind].first * part +
		   (BlockNumber) ((hash * (parts[kind].count * part)) >> 32);
}

static AuthCountKind
kind_of(BlockNumber block, BlockNumber blocks)
{
	int part = (int) (block / (blocks / PARTS));
	AuthCountKind kind = AUTH_COUNT_KINDS - 1;

	while (parts[kind].first > part)
		kind--;
	return kind;
}

static Special *
get_special(Page page)
{
	return (Special *) ((char *) page + SPECIAL);
}

static AuthCountSlot *
get_slots(Page page)
{
	return (AuthCountSlot *) ((char *) page + FIRST);
}

/* Make the page an empty one, as it has to be at this block. */
void
auth_count_page_init(Page page, BlockNumber block, BlockNumber blocks)
{
	StaticAssertStmt(FIRST % sizeof(uint64) == 0, "slots are aligned");
	StaticAssertStmt(sizeof(AuthCountSlot) == 16, "slots have no holes");
	PageInit(page, BLCKSZ, sizeof(Special));
	*get_special(page) = (Special){.magic = MAGIC,
								   .version = VERSION,
								   .kind = kind_of(block, blocks),
								   .block = block,
								   .blocks = blocks};
}

/*
 * Whether the page is the one that was made at this block.  Its header is
 * looked at, too, as generic WAL copies by it.
 */
bool
auth_count_page_is_sound(Page page, AuthCountKind kind, BlockNumber block,
						 BlockNumber blocks)
{
	PageHeader header = (PageHeader) page;
	Special *special = get_special(page);

	return header->pd_special == SPECIAL && header->pd_upper == SPECIAL &&
		   header->pd_lower >= FIRST && header->pd_lower <= END &&
		   (header->pd_lower - FIRST) % sizeof(AuthCountSlot) == 0 &&
		   special->magic == MAGIC && special->version == VERSION &&
		   special->kind == kind && special->block == block &&
		   special->blocks == blocks;
}

AuthCountSlots
auth_count_page_slots(Page page)
{
	return (AuthCountSlots){
		.slots = get_slots(page),
		.used = (int) ((((PageHeader) page)->pd_lower - FIRST) /
					   sizeof(AuthCountSlot)),
		.places = PLACES,
	};
}

/* Write a slot of the page that is in use, or the first that never was. */
void
auth_count_page_put(Page page, int place, AuthCountSlot slot)
{
	PageHeader header = (PageHeader) page;
	Size end = FIRST + (place + 1) * sizeof(AuthCountSlot);

	Assert(place >= 0 && place < PLACES);
	get_slots(page)[place] = slot;
	header->pd_lower = Max(header->pd_lower, end);
}
