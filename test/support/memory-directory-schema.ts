import { parseDirectorySchema } from '../../src/directory/directory-schema-parser.ts'

const text =
  'EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15'
const exact =
  'EQUALITY caseExactMatch SUBSTR caseExactSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15'
const ascii =
  'EQUALITY caseIgnoreIA5Match SUBSTR caseIgnoreIA5SubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.26'
const reference = 'EQUALITY distinguishedNameMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.12'
const phone =
  'EQUALITY telephoneNumberMatch SUBSTR telephoneNumberSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.50'
const time =
  'EQUALITY generalizedTimeMatch ORDERING generalizedTimeOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24'
const ofTheServer = 'SINGLE-VALUE NO-USER-MODIFICATION USAGE directoryOperation'

// As OpenLDAP 2.6 has them; the schema of the bridge itself as in slapd/scim-directory-bridge.schema.
const attributeTypes = [
  "( 2.5.4.0 NAME 'objectClass' EQUALITY objectIdentifierMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.38 )",
  `( 2.5.4.41 NAME 'name' ${text} )`,
  "( 2.5.4.3 NAME ( 'cn' 'commonName' ) SUP name )",
  "( 2.5.4.4 NAME ( 'sn' 'surname' ) SUP name )",
  "( 2.5.4.42 NAME ( 'givenName' 'gn' ) SUP name )",
  "( 2.5.4.43 NAME 'initials' SUP name )",
  "( 2.5.4.12 NAME 'title' SUP name )",
  "( 2.5.4.10 NAME ( 'o' 'organizationName' ) SUP name )",
  "( 2.5.4.11 NAME ( 'ou' 'organizationalUnitName' ) SUP name )",
  "( 2.5.4.7 NAME ( 'l' 'localityName' ) SUP name )",
  "( 2.5.4.8 NAME ( 'st' 'stateOrProvinceName' ) SUP name )",
  `( 2.5.4.9 NAME ( 'street' 'streetAddress' ) ${text} )`,
  `( 2.5.4.17 NAME 'postalCode' ${text} )`,
  `( 2.5.4.16 NAME 'postalAddress' EQUALITY caseIgnoreListMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.41 )`,
  `( 2.5.4.19 NAME 'physicalDeliveryOfficeName' ${text} )`,
  `( 2.5.4.13 NAME 'description' ${text} )`,
  `( 2.5.4.15 NAME 'businessCategory' ${text} )`,
  `( 2.5.4.20 NAME 'telephoneNumber' ${phone} )`,
  "( 2.5.4.23 NAME ( 'facsimileTelephoneNumber' 'fax' ) SYNTAX 1.3.6.1.4.1.1466.115.121.1.22 )",
  `( 0.9.2342.19200300.100.1.41 NAME ( 'mobile' 'mobileTelephoneNumber' ) ${phone} )`,
  `( 0.9.2342.19200300.100.1.20 NAME ( 'homePhone' 'homeTelephoneNumber' ) ${phone} )`,
  `( 0.9.2342.19200300.100.1.42 NAME ( 'pager' 'pagerTelephoneNumber' ) ${phone} )`,
  `( 0.9.2342.19200300.100.1.1 NAME ( 'uid' 'userid' ) ${text} )`,
  `( 0.9.2342.19200300.100.1.3 NAME ( 'mail' 'rfc822Mailbox' ) ${ascii} )`,
  `( 0.9.2342.19200300.100.1.25 NAME ( 'dc' 'domainComponent' ) ${ascii} SINGLE-VALUE )`,
  `( 0.9.2342.19200300.100.1.6 NAME 'roomNumber' ${text} )`,
  `( 0.9.2342.19200300.100.1.10 NAME 'manager' ${reference} )`,
  "( 0.9.2342.19200300.100.1.60 NAME 'jpegPhoto' SYNTAX 1.3.6.1.4.1.1466.115.121.1.28 )",
  `( 2.16.840.1.113730.3.1.241 NAME 'displayName' ${text} SINGLE-VALUE )`,
  `( 2.16.840.1.113730.3.1.3 NAME 'employeeNumber' ${text} SINGLE-VALUE )`,
  `( 2.16.840.1.113730.3.1.4 NAME 'employeeType' ${text} )`,
  `( 2.16.840.1.113730.3.1.2 NAME 'departmentNumber' ${text} )`,
  `( 2.16.840.1.113730.3.1.39 NAME 'preferredLanguage' ${text} SINGLE-VALUE )`,
  `( 1.3.6.1.4.1.250.1.57 NAME 'labeledURI' ${exact} )`,
  "( 2.5.4.35 NAME 'userPassword' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40{128} )",
  `( 2.5.4.31 NAME 'member' ${reference} )`,
  `( 2.5.4.32 NAME 'owner' ${reference} )`,
  `( 2.5.4.34 NAME 'seeAlso' ${reference} )`,
  `( 2.25.1.1.1 NAME 'scimExternalId' ${exact} SINGLE-VALUE )`,
  `( 2.25.1.1.2 NAME 'scimPendingManager' ${text} SINGLE-VALUE )`,
  `( 1.3.6.1.4.1.42.2.27.8.1.17 NAME 'pwdAccountLockedTime' ${time} SINGLE-VALUE USAGE directoryOperation )`,
  `( 1.2.840.113556.1.2.102 NAME 'memberOf' ${reference} NO-USER-MODIFICATION USAGE dSAOperation )`,
  `( 1.3.6.1.1.16.4 NAME 'entryUUID' EQUALITY UUIDMatch ORDERING UUIDOrderingMatch SYNTAX 1.3.6.1.1.16.1 ${ofTheServer} )`,
  `( 1.3.6.1.4.1.4203.666.1.7 NAME 'entryCSN' EQUALITY CSNMatch ORDERING CSNOrderingMatch SYNTAX 1.3.6.1.4.1.4203.666.11.2.1 ${ofTheServer} )`,
  `( 1.3.6.1.1.20 NAME 'entryDN' ${reference} ${ofTheServer} )`,
  `( 2.5.18.1 NAME 'createTimestamp' ${time} ${ofTheServer} )`,
  `( 2.5.18.2 NAME 'modifyTimestamp' ${time} ${ofTheServer} )`,
]

const objectClasses = [
  "( 2.5.6.0 NAME 'top' ABSTRACT MUST objectClass )",
  "( 2.5.6.4 NAME 'organization' SUP top STRUCTURAL MUST o MAY description )",
  "( 2.5.6.5 NAME 'organizationalUnit' SUP top STRUCTURAL MUST ou MAY description )",
  "( 1.3.6.1.4.1.1466.344 NAME 'dcObject' SUP top AUXILIARY MUST dc )",
  `( 2.5.6.6 NAME 'person' SUP top STRUCTURAL MUST ( sn $ cn )
     MAY ( userPassword $ telephoneNumber $ seeAlso $ description ) )`,
  `( 2.5.6.7 NAME 'organizationalPerson' SUP person STRUCTURAL MAY ( title $ facsimileTelephoneNumber $ street $
     postalCode $ postalAddress $ physicalDeliveryOfficeName $ ou $ st $ l ) )`,
  `( 2.16.840.1.113730.3.2.2 NAME 'inetOrgPerson' SUP organizationalPerson STRUCTURAL MAY ( businessCategory $
     departmentNumber $ displayName $ employeeNumber $ employeeType $ givenName $ homePhone $ initials $ jpegPhoto $
     labeledURI $ mail $ manager $ mobile $ o $ pager $ preferredLanguage $ roomNumber $ uid ) )`,
  `( 2.5.6.9 NAME 'groupOfNames' SUP top STRUCTURAL MUST ( member $ cn )
     MAY ( businessCategory $ seeAlso $ owner $ ou $ o $ description ) )`,
  "( 0.9.2342.19200300.100.4.5 NAME 'account' SUP top STRUCTURAL MUST uid MAY ( description $ ou ) )",
  "( 2.25.1.2.1 NAME 'scimResource' SUP top AUXILIARY MAY ( scimExternalId $ scimPendingManager ) )",
]

/** The part of OpenLDAP's schema that people and groups need, and the bridge's own. */
export const memorySchema = parseDirectorySchema(attributeTypes, objectClasses)

/** The object classes that an entry of a class has without saying so. RFC 4512 §2.4.2 */
export const impliedClasses: ReadonlyMap<string, readonly string[]> = new Map([
  ['inetorgperson', ['organizationalperson', 'person', 'top']],
  ['organizationalperson', ['person', 'top']],
])
