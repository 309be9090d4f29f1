"""Which Asterisk modules the lab's two instances load: the telephone network fewer than the PBX.

Naming them keeps the start under a second and the log empty. Imports the standard library only.
"""

from __future__ import annotations

_CORE = """
res_timing_timerfd res_crypto res_sorcery_config res_sorcery_memory res_sorcery_astdb res_pjproject
res_pjsip res_pjsip_pubsub res_pjsip_session res_pjsip_sdp_rtp res_pjsip_caller_id res_pjsip_endpoint_identifier_ip
res_pjsip_endpoint_identifier_user res_pjsip_rfc3326 res_pjsip_header_funcs res_pjsip_logger res_pjsip_nat
res_pjsip_authenticator_digest res_rtp_asterisk chan_pjsip pbx_config
codec_ulaw codec_alaw codec_a_mu codec_gsm codec_resample format_wav format_pcm format_gsm
bridge_simple bridge_holding bridge_builtin_features bridge_builtin_interval_features bridge_softmix
app_playback app_echo app_stack app_verbose app_userevent app_exec
func_logic func_strings func_channel func_callerid func_global func_math func_timeout func_cut
"""
_PBX = """
res_srtp res_http_websocket res_pjsip_transport_websocket
res_pjsip_outbound_authenticator_digest res_pjsip_outbound_registration res_pjsip_registrar res_pjsip_acl
res_pjsip_dtmf_info res_pjsip_empty_info res_format_attr_opus codec_opus_open_source codec_g722
res_speech res_agi res_musiconhold app_confbridge app_mixmonitor app_amd app_waitforsilence app_chanspy app_senddtmf
res_tonedetect func_hangupcause func_pjsip_endpoint func_pjsip_contact cdr_manager res_manager_devicestate
"""
_NETWORK = "app_playtones func_env func_sprintf app_originate func_talkdetect"

PBX = tuple((_CORE + _PBX).split())
NETWORK = tuple((_CORE + _NETWORK).split())
