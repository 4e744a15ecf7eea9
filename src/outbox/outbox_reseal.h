/*
 * outbox_reseal.h
 *	  Messages that are sealed again with the first key of the file.
 */
#ifndef AUTH_OUTBOX_RESEAL_H
#define AUTH_OUTBOX_RESEAL_H

#include "secret/sealed_rows.h"

extern const AuthSealedRows auth_outbox_sealed_rows;

#endif /* AUTH_OUTBOX_RESEAL_H */
