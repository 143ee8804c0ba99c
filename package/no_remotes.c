// What libgit2 would call to speak to a remote by SSH, or to log in to one by Kerberos. looplint reads local repositories
// and never does either; these stand in where the libraries would have to be linked into the static binary. Signatures do
// not matter: nothing is read. Those of libssh2 say 0, which is success for the one that is called at start; those of
// GSS-API say GSS_S_UNAVAILABLE (16 << 16) of RFC 2744.
#define CUT(name, value) \
  unsigned long name(void); \
  unsigned long name(void) { return value; }

CUT(gss_delete_sec_context, 16ul << 16)
CUT(gss_display_status, 16ul << 16)
CUT(gss_import_name, 16ul << 16)
CUT(gss_indicate_mechs, 16ul << 16)
CUT(gss_init_sec_context, 16ul << 16)
CUT(gss_release_buffer, 16ul << 16)
CUT(gss_release_name, 16ul << 16)
CUT(gss_release_oid_set, 16ul << 16)
extern void* const GSS_C_NT_HOSTBASED_SERVICE;
void* const GSS_C_NT_HOSTBASED_SERVICE = 0;

CUT(libssh2_agent_connect, 0)
CUT(libssh2_agent_disconnect, 0)
CUT(libssh2_agent_free, 0)
CUT(libssh2_agent_get_identity, 0)
CUT(libssh2_agent_init, 0)
CUT(libssh2_agent_list_identities, 0)
CUT(libssh2_agent_userauth, 0)
CUT(libssh2_channel_close, 0)
CUT(libssh2_channel_free, 0)
CUT(libssh2_channel_open_ex, 0)
CUT(libssh2_channel_process_startup, 0)
CUT(libssh2_channel_read_ex, 0)
CUT(libssh2_channel_set_blocking, 0)
CUT(libssh2_channel_write_ex, 0)
CUT(libssh2_exit, 0)
CUT(libssh2_hostkey_hash, 0)
CUT(libssh2_init, 0)
CUT(libssh2_knownhost_checkp, 0)
CUT(libssh2_knownhost_free, 0)
CUT(libssh2_knownhost_init, 0)
CUT(libssh2_knownhost_readfile, 0)
CUT(libssh2_session_abstract, 0)
CUT(libssh2_session_disconnect_ex, 0)
CUT(libssh2_session_free, 0)
CUT(libssh2_session_handshake, 0)
CUT(libssh2_session_hostkey, 0)
CUT(libssh2_session_init_ex, 0)
CUT(libssh2_session_last_error, 0)
CUT(libssh2_session_method_pref, 0)
CUT(libssh2_session_set_blocking, 0)
CUT(libssh2_userauth_authenticated, 0)
CUT(libssh2_userauth_keyboard_interactive_ex, 0)
CUT(libssh2_userauth_list, 0)
CUT(libssh2_userauth_password_ex, 0)
CUT(libssh2_userauth_publickey, 0)
CUT(libssh2_userauth_publickey_fromfile_ex, 0)
CUT(libssh2_userauth_publickey_frommemory, 0)
