// What libgit2 would call to log in to a remote by Kerberos. looplint reads local repositories and never speaks to a
// remote; these stand in where the library cannot be linked into the static binary, and fail if they are ever reached.
// Signatures do not matter: nothing is read, and the value is GSS_S_UNAVAILABLE (16 << 16) of RFC 2744.
#define CUT(name) \
  unsigned name(void); \
  unsigned name(void) { return 16u << 16; }

CUT(gss_delete_sec_context)
CUT(gss_display_status)
CUT(gss_import_name)
CUT(gss_indicate_mechs)
CUT(gss_init_sec_context)
CUT(gss_release_buffer)
CUT(gss_release_name)
CUT(gss_release_oid_set)
