#!/bin/sh
# Starts a 389 Directory Server with the example tree in the foreground; makes its certificate and its data the first time.
# The container image and the tests' local server both start here. It does without dscreate, which wants systemd: the
# package's own template of its configuration is filled in. Settings are environment variables:
#
#   LDAP_STATE            folder of everything that is kept; another one for every server
#   LDAP_ADDRESS          what the server listens on
#   LDAP_PORT, LDAPS_PORT
#   LDAP_ADMIN_PASSWORD   of cn=admin,dc=example,dc=org; read the first time only, like the next one
#   LDAP_BRIDGE_PASSWORD  of uid=bridge,ou=services,dc=example,dc=org
#   LDAP_TLS_NAMES        further names in the certificate: DNS:directory,IP:192.0.2.1
#   LDAP_OVERLAYS         which of the plug-ins memberof, refint, unique, 7bit
set -eu
umask 077

folder=$(cd "$(dirname "$0")" && pwd)
example=$folder/../slapd
state=${LDAP_STATE:-/var/lib/directory}
port=${LDAP_PORT:-1389}
overlays=${LDAP_OVERLAYS-memberof refint unique 7bit}
# The last part of its name makes a semaphore in /dev/shm, which two servers must not share: the second one would end
# without a word.
config=$state/slapd-scim-$port-$(id -u)
PATH=$PATH:/usr/sbin
. "$example/common.sh"

hashed() { # NAME: the secret as the server stores it
  pwdhash -s PBKDF2-SHA512 "$(secret "$1")" 2>/dev/null || pwdhash "$(secret "$1")"
}

switch() { # PLUGIN
  case " $overlays " in *" $1 "*) echo on ;; *) echo off ;; esac
}

# The template with what stands in adjustments.conf, of which the server would only read a part later on.
configuration() {
  selected "$folder/adjustments.conf" | filled >"$state/adjustments"
  filled </usr/share/dirsrv/data/template-dse.ldif | awk '
    FNR == NR && /^#/ { next }
    FNR == NR && /^dn: / { name = tolower($0); next }
    FNR == NR { if (/./) adjusted[name] = adjusted[name] $0 "\n"; if (/:/) isSet[name, tolower($1)] = 1; next }
    /^dn: / { name = tolower($0); print; printf "%s", adjusted[name]; delete adjusted[name]; next }
    /^nsslapd-|^uniqueness-/ && (name, tolower($1)) in isSet { next }
    { print }
    END { for (name in adjusted) printf "\n%s\n%s", name, adjusted[name] }' "$state/adjustments" - | cat -s
}

filled() {
  sed -e "s|%schema_dir%|$config/schema|" -e "s|%cert_dir%|$config|" -e "s|%config_dir%|$config|" \
    -e "s|%db_dir%|$state/db|" -e "s|%db_home_dir%|$state/db|" -e "s|%[a-z]*_dir%|$state/run|" \
    -e 's|%fqdn%|localhost|' -e "s|%ds_port%|$port|" -e "s|%ds_user%|$(id -un)|" \
    -e 's|%rootdn%|cn=admin,dc=example,dc=org|' -e "s|%ds_passwd%|$admin_password|" \
    -e 's|%ldapi_enabled%|off|' -e 's|%ldapi_autobind%|off|' -e "s|%ldapi%|$state/run/ldapi|" \
    -e 's|%ds_suffix%|dc=example,dc=org|' -e 's|%ds_bename%|userroot|' -e 's|%db_lib%|mdb|' \
    -e "s|@address@|${LDAP_ADDRESS:-0.0.0.0}|" -e "s|@ldaps_port@|${LDAPS_PORT:-1636}|" \
    -e "s|@memberof@|$(switch memberof)|" -e "s|@refint@|$(switch refint)|" \
    -e "s|@unique@|$(switch unique)|" -e "s|@7bit@|$(switch 7bit)|"
}

# The schema files of OpenLDAP name OIDs by macros, spread definitions over lines and have keywords of their own.
schema() { # FILE
  printf 'dn: cn=schema\n'
  awk '
    function resolved(name, at) {
      at = index(name, ":")
      return at ? oids[substr(name, 1, at - 1)] "." substr(name, at + 1) : name
    }
    /^(#|$)/ { next }
    /^objectidentifier/ { oids[$2] = resolved($3); next }
    /^[a-z]/ { if (text) print text; text = ""; sub($3, resolved($3)) }
    { sub(/^attributetype/, "attributeTypes:"); sub(/^objectclass/, "objectClasses:"); text = text $0 }
    END { print text }' "$1"
}

# TLS comes from an NSS database without a password.
certificates() {
  : >"$config/pwdfile.txt"
  printf 'Internal (Software) Token:\n' >"$config/pin.txt"
  quietly certutil -N -d "sql:$config" -f "$config/pwdfile.txt"
  quietly openssl pkcs12 -export -in "$state/tls/server.pem" -inkey "$state/tls/server.key" \
    -certfile "$state/tls/ca.pem" -name Server-Cert -passout pass: -out "$state/server.p12"
  quietly pk12util -i "$state/server.p12" -d "sql:$config" -k "$config/pwdfile.txt" -W ''
  rm "$state/server.p12"
  quietly certutil -A -d "sql:$config" -n 'Example directory CA' -t CT,, -a -i "$state/tls/ca.pem" -f "$config/pwdfile.txt"
}

# Entries get the class that memberOf belongs to, the bridge may walk everything, and the suffix gets the rights.
tree() {
  bridge_password=$(hashed LDAP_BRIDGE_PASSWORD)
  selected "$example/tree.ldif" | grep -v '^#' | sed \
    -e "s|@bridge_password@|$bridge_password|" \
    -e 's|^objectClass: inetOrgPerson$|&\nobjectClass: nsMemberOf|' \
    -e 's|^description: The account of the bridge$|&\nnsSizeLimit: -1\nnsLookThroughLimit: -1\nnsTimeLimit: -1|' \
    -e "/^dc: example\$/r $folder/rights.ldif"
}

make_data() {
  rm -rf "$config" "$state/db"
  mkdir -p "$config/schema" "$state/db" "$state/run"
  admin_password=$(hashed LDAP_ADMIN_PASSWORD)
  : >"$config/slapd-collations.conf"
  printf 'certmap default default\n' >"$config/certmap.conf"
  schema "$example/scim-directory-bridge.schema" >"$config/schema/99scim-directory-bridge.ldif"
  configuration >"$config/dse.ldif"
  certificates
  tree >"$state/tree.ldif"
  quietly ns-slapd ldif2db -D "$config" -n userroot -i "$state/tree.ldif"
  rm "$state/tree.ldif" "$state/adjustments"
  touch "$state/loaded"
}

mkdir -p "$state"
provide_certificate
[ -e "$state/loaded" ] || make_data
exec ns-slapd -D "$config" -i "$state/run/slapd.pid" -d "${LDAP_DEBUG:-0}"
