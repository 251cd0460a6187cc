"""Makes the domain example.org with the example tree in it; the second argument is what is kept, the first one the tree.

It is `samba-tool domain provision` without the rights of the files in sysvol: setting those takes CAP_SYS_ADMIN, which a
container does not have, and no files are served."""

import os
import sys

import samba.provision
from samba.auth import system_session
from samba.netcmd import main as commands
from samba.param import LoadParm
from samba.samdb import SamDB
from samba.sd_utils import SDUtils
import ldb

TREE, STATE, CONFIGURATION, ADDRESS = sys.argv[1:]
BASE = "DC=example,DC=org"

# Names of Active Directory's schema: classes, an attribute and the right to set a password.
USER = "bf967aba-0de6-11d0-a285-00aa003049e2"
GROUP = "bf967a9c-0de6-11d0-a285-00aa003049e2"
DESCRIPTION = "bf967950-0de6-11d0-a285-00aa003049e2"
SET_PASSWORD = "00299570-246d-11d0-a768-00aa006e0529"


def main():
    samba.provision.setsysvolacl = lambda *_, **__: None
    # The passwords are no arguments of a process, where everybody could read them.
    samba_tool(
        "domain", "provision", "--targetdir=" + STATE, "--server-role=dc", "--use-rfc2307",
        "--realm=EXAMPLE.ORG", "--domain=EXAMPLE", "--host-name=dc1", "--host-ip=127.0.0.1",
        "--dns-backend=NONE", "--adminpass=" + os.environ["LDAP_ADMIN_PASSWORD"],
        "--option=interfaces=" + ADDRESS, configuration=os.devnull)
    samba_tool(
        "domain", "passwordsettings", "set", "--min-pwd-age=0", "--min-pwd-length=8",
        "-H", "tdb://" + STATE + "/private/sam.ldb", configuration=CONFIGURATION)
    samdb = open_samdb()
    with open(TREE, encoding="utf-8") as tree:
        samdb.add_ldif(tree.read())
    add_bridge(samdb)


def samba_tool(*arguments, configuration):
    arguments += ("--configfile=" + configuration,)
    if hasattr(commands, "samba_tool"):
        code = commands.samba_tool(*arguments)
    else:  # before 4.18
        code = commands.cmd_sambatool()._run("samba-tool", *arguments)
    if code:
        sys.exit(code)


def open_samdb():
    parameters = LoadParm()
    parameters.load(CONFIGURATION)
    return SamDB(url=STATE + "/private/sam.ldb", session_info=system_session(), lp=parameters)


def add_bridge(samdb):
    """The account of the bridge, which may do what it has to, and that only in the units it serves."""
    name = "CN=bridge,OU=Services," + BASE
    samdb.add({
        "dn": name,
        "objectClass": "user",
        "sAMAccountName": "bridge",
        "userPrincipalName": "bridge@example.org",
        "description": "The account of the bridge",
    })
    samdb.setpassword("(sAMAccountName=bridge)", os.environ["LDAP_BRIDGE_PASSWORD"])
    samdb.enable_account("(sAMAccountName=bridge)")
    found = samdb.search(base=name, scope=ldb.SCOPE_BASE, attrs=["objectSid"])
    sid = samdb.schema_format_value("objectSid", found[0]["objectSid"][0]).decode()
    for unit, classes in (("People", [USER]), ("Groups", [GROUP]), ("Former", [USER])):
        for right in rights(classes, sid):
            SDUtils(samdb).dacl_add_ace("OU=%s,%s" % (unit, BASE), right)
    # Where the brake of the bridge counts deletions.
    brake = "CN=scim-brake,OU=Services," + BASE
    samdb.add({"dn": brake, "objectClass": "container"})
    SDUtils(samdb).dacl_add_ace(brake, "(OA;;RPWP;%s;;%s)" % (DESCRIPTION, sid))


def rights(classes, sid):
    """The access control entries of one unit."""
    for name in classes:
        # To create and delete such objects in the unit and in units below it.
        yield "(OA;CI;CCDC;%s;;%s)" % (name, sid)
        # To read, write and delete them.
        yield "(OA;CIIO;RPWPLCLOSDRC;;%s;%s)" % (name, sid)
    if USER in classes:
        yield "(OA;CIIO;CR;%s;%s;%s)" % (SET_PASSWORD, USER, sid)


main()
