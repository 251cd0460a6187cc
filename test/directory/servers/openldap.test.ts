import { sharedOpenldap } from '../../support/shared-openldap.ts'
import { describeServer } from './contract.ts'
import { openldapPlace, shared } from './places.ts'

describeServer({ ...openldapPlace, obtain: async () => shared(sharedOpenldap()) })
