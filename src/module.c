/*
 * module.c
 *	  What happens when the server loads the library.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/guc.h"

#include "count/count_method.h"
#include "factor/challenge.h"
#include "factor/device.h"
#include "factor/totp.h"
#include "factor/totp_enrolment.h"
#include "flow/magic_link.h"
#include "identity/identity.h"
#include "identity/once.h"
#include "outbox/delivery.h"
#include "password/password.h"
#include "password/password_policy.h"
#include "password/pepper.h"
#include "password/turn.h"
#include "secret/seal.h"
#include "secret/secret.h"
#include "server/compat.h"
#include "session/refresh_token.h"
#include "session/session_fresh.h"
#include "session/session_limit.h"
#include "session/session_period.h"
#include "sign_in/client.h"
#include "table/attribute.h"
#include "table/relation.h"
#include "throttle/attempt.h"
#include "throttle/network.h"
#include "token/token.h"
#include "token/token_code.h"
#include "user/key_name.h"
#include "user/notice.h"

PG_MODULE_MAGIC;

void _PG_init(void);

void
_PG_init(void)
{
	auth_secret_init();
	auth_seal_init();
	auth_relation_init();
	auth_attribute_init();
	auth_count_init();
	auth_password_init();
	auth_turn_init();
	auth_password_policy_init();
	auth_pepper_init();
	auth_key_name_init();
	auth_notice_init();
	auth_network_init();
	auth_attempt_init();
	auth_session_period_init();
	auth_session_fresh_init();
	auth_session_limit_init();
	auth_refresh_token_init();
	auth_delivery_init();
	auth_token_init();
	auth_token_code_init();
	auth_totp_init();
	auth_totp_enrolment_init();
	auth_challenge_init();
	auth_device_init();
	auth_client_init();
	auth_magic_link_init();
	auth_identity_init();
	auth_once_init();

	MarkGUCPrefixReserved("auth");
}
