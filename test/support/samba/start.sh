#!/bin/sh
# Starts a domain controller of Samba for example.org with the example tree in the foreground; makes its certificate and the
# domain the first time. Of all its services only LDAP runs. The container image and the tests' local server both start
# here; it has to be root, but needs no capability beyond those of any container. Settings are environment variables:
#
#   LDAP_STATE            folder of everything that is kept
#   LDAP_ADDRESS          what the server listens on: 127.88.0.1/8; default: every address. The ports are 389 and 636,
#                         which cannot be changed.
#   LDAP_ADMIN_PASSWORD   of CN=Administrator,CN=Users,DC=example,DC=org; read the first time only, like the next one
#   LDAP_BRIDGE_PASSWORD  of CN=bridge,OU=Services,DC=example,DC=org
#   LDAP_TLS_NAMES        further names in the certificate: DNS:directory,IP:192.0.2.1
#   LDAP_STRONG_AUTH      no: a bind without TLS is accepted
set -eu
umask 077

folder=$(cd "$(dirname "$0")" && pwd)
state=${LDAP_STATE:-/var/lib/directory}
address=${LDAP_ADDRESS:-}
PATH=$PATH:/usr/sbin
. "$folder/../slapd/common.sh"

configuration() {
  sed -e "s|@state@|$state|" -e "s|@interfaces@|$address|" -e "s|@strong_auth@|${LDAP_STRONG_AUTH:-yes}|" \
    -e "s|@bind_interfaces_only@|${address:+yes}|" "$folder/smb.conf" | grep -v '= *$'
}

make_domain() {
  rm -rf "$state/private" "$state/state" "$state/etc"
  quietly /usr/bin/python3 "$folder/provision.py" "$folder/tree.ldif" "$state" "$state/smb.conf" "${address:-127.0.0.1/8}"
  touch "$state/provisioned"
}

mkdir -p "$state/run" "$state/cache" "$state/ncalrpc"
provide_certificate
configuration >"$state/smb.conf"
[ -e "$state/provisioned" ] || make_domain
ulimit -n "$(( $(ulimit -Hn) < 16384 ? $(ulimit -Hn) : 16384 ))" 2>/dev/null || true
exec samba -F --no-process-group --debug-stdout --model=single -s "$state/smb.conf"
