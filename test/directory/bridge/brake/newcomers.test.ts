import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { openldapVariants, posixPlace } from '../../servers/openldap-places.ts'
import { openldapPlace, shared } from '../../servers/places.ts'
import { describeNewcomers } from './newcomers.ts'

describeNewcomers({ ...openldapPlace, obtain: async () => shared(sharedOpenldap()) })

const ofOtherClasses = ['OpenLDAP, groupOfUniqueNames', 'OpenLDAP, groupOfMembers']
for (const place of openldapVariants(sharedOpenldap)) {
  if (ofOtherClasses.includes(place.name)) describeNewcomers(place)
}

describeNewcomers(posixPlace(async () => shared(sharedOpenldap())))
