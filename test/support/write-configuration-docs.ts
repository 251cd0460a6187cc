import { writeFileSync } from 'node:fs'
import { documentSettings } from '../../src/config/document-settings.ts'
import { Settings } from '../../src/config/settings.ts'

// `npm run docs:config`; test/unit/config/configuration-docs.test.ts fails until it was run.
writeFileSync(new URL('../../docs/configuration.md', import.meta.url), documentSettings(Settings))
