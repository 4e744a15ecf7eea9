/*
 * old_names.h
 *	  What was called something else in layout 1.
 */
#ifndef AUTH_OLD_NAMES_H
#define AUTH_OLD_NAMES_H

extern void auth_old_names_change(void);

#endif /* AUTH_OLD_NAMES_H */
