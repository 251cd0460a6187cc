#!/bin/sh
# Starts the example directory in the foreground; makes its certificate and its data the first time.
# The container image and the tests' local slapd both start here. Settings are environment variables:
#
#   LDAP_STATE              folder of everything that is kept: db, tls (ca.pem, server.pem, server.key: made
#                           when they are not given) and ca (ca.pem, for the clients)
#   LDAP_URLS               what slapd listens on
#   LDAP_ADMIN_PASSWORD     of cn=admin,dc=example,dc=org; or LDAP_ADMIN_PASSWORD_FILE
#   LDAP_BRIDGE_PASSWORD    of uid=bridge,ou=services,dc=example,dc=org; or LDAP_BRIDGE_PASSWORD_FILE; read the first time only
#   LDAP_TLS_NAMES          further names in the certificate: DNS:directory,IP:192.0.2.1
#   LDAP_CLIENT_CA          the CA of client certificates, as PEM: they are asked for, and CN=scim-bridge is the bridge
#   LDAP_PEER_URL           another provider of the same data, to get changes from, as the admin
#   LDAP_SERVER_ID          the number of this provider, from 1; the tree is loaded into the first alone
#   LDAP_OVERLAYS           which of memberof, refint, unique, ppolicy
#   LDAP_GROUP_CLASS, LDAP_GROUP_MEMBER  the groups that memberof and refint care for: groupOfNames and member
#   LDAP_FSYNC              off: a crash of the machine may lose writes
#   LDAP_BRIDGE_SIZE_LIMIT  how many entries a search of the bridge may return
#   LDAP_IDLE_TIMEOUT       seconds after which an idle connection is closed; 0: never
#   LDAP_SCHEMA, LDAP_MODULES  where OpenLDAP's own schema and modules are
set -eu
umask 077

folder=$(cd "$(dirname "$0")" && pwd)
state=${LDAP_STATE:-/var/lib/directory}
overlays=${LDAP_OVERLAYS-memberof refint unique ppolicy}
[ -z "${LDAP_PEER_URL:-}" ] || overlays="$overlays replication"
PATH=$PATH:/usr/sbin
. "$folder/common.sh"

hashed() { # NAME: the secret as slapd stores it
  secret "$1" >"$state/secret"
  slappasswd -n -T "$state/secret"
  rm -f "$state/secret"
}

load_tree() {
  bridge_password=$(hashed LDAP_BRIDGE_PASSWORD)
  rm -rf "${state:?}/db"
  mkdir "$state/db"
  selected "$folder/tree.ldif" | sed "s|@bridge_password@|$bridge_password|" >"$state/tree.ldif"
  slapadd -q -f "$state/slapd.conf" -b dc=example,dc=org -l "$state/tree.ldif"
  rm "$state/tree.ldif"
  touch "$state/loaded"
}

mkdir -p "$state/db"
provide_certificate
{ cat "$state/tls/ca.pem"; printf '%s\n' "${LDAP_CLIENT_CA:-}"; } >"$state/trusted.pem"

if [ -n "${LDAP_CLIENT_CA:-}" ]; then verify_client=try; else verify_client=never; fi
admin_password=$(hashed LDAP_ADMIN_PASSWORD)
if [ -n "${LDAP_PEER_URL:-}" ]; then peer_password=$(secret LDAP_ADMIN_PASSWORD); else peer_password=; fi
if [ "${LDAP_FSYNC:-on}" = off ]; then fsync=dbnosync; else fsync=; fi
selected "$folder/slapd.conf" | sed \
  -e "s|@folder@|$folder|" \
  -e "s|@state@|$state|" \
  -e "s|@schema@|${LDAP_SCHEMA:-/etc/ldap/schema}|" \
  -e "s|@modules@|${LDAP_MODULES:-/usr/lib/ldap}|" \
  -e "s|@idle_timeout@|${LDAP_IDLE_TIMEOUT:-0}|" \
  -e "s|@bridge_size_limit@|${LDAP_BRIDGE_SIZE_LIMIT:-unlimited}|g" \
  -e "s|@verify_client@|$verify_client|" \
  -e "s|@user@|$(id -u)|" \
  -e "s|@server_id@|${LDAP_SERVER_ID:-}|" \
  -e "s|@peer_url@|${LDAP_PEER_URL:-}|" \
  -e "s|@peer_password@|$peer_password|" \
  -e "s|@group_class@|${LDAP_GROUP_CLASS:-groupOfNames}|" \
  -e "s|@group_member@|${LDAP_GROUP_MEMBER:-member}|" \
  -e "s|@fsync@|$fsync|" \
  -e "s|@admin_password@|$admin_password|" \
  >"$state/slapd.conf"
[ "${LDAP_SERVER_ID:-1}" != 1 ] || [ -e "$state/loaded" ] || load_tree

# slapd reserves memory for every descriptor it might open.
ulimit -n 4096
exec slapd -d "${LDAP_DEBUG:-0}" -f "$state/slapd.conf" -h "${LDAP_URLS:-ldap://:1389 ldaps://:1636}"
