/*
 * device.h
 *	  Devices that are remembered: on them no second factor is asked for.
 */
#ifndef AUTH_DEVICE_H
#define AUTH_DEVICE_H

#include "postgres.h"

#include "datatype/timestamp.h"

extern text *auth_device_remember(text *user_id, Interval *period);
extern bool auth_device_use(text *user_id, text *token, text **next);
extern uint64 auth_device_end(text *user_id);

extern void auth_device_init(void);

#endif /* AUTH_DEVICE_H */
