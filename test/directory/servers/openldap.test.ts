import { sharedOpenldap } from '../../support/shared-openldap.ts'
import { describeServer } from './contract.ts'
import { openldapVariants } from './openldap-places.ts'
import { openldapPlace, shared } from './places.ts'

describeServer({ ...openldapPlace, obtain: async () => shared(sharedOpenldap()) })
for (const place of openldapVariants(sharedOpenldap)) describeServer(place)
