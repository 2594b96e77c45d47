import { writeFileSync } from 'node:fs'
import { topicsDocument, topicsFile } from './topics-document.ts'

writeFileSync(topicsFile, topicsDocument({ prefix: 'leadline.', pools: ['default'], partitions: 6 }))
