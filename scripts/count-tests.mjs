// Prints `<passed> <failed>` over vitest's JSON reports. What did not run is no pass: a missing
// report, a test file that did not load and a skipped test count as failures.
import { existsSync, readFileSync } from 'node:fs'

let passed = 0
let failed = 0
for (const path of process.argv.slice(2)) {
  if (!existsSync(path)) {
    failed += 1
    continue
  }
  for (const file of JSON.parse(readFileSync(path, 'utf8')).testResults) {
    const good = file.assertionResults.filter((test) => test.status === 'passed').length
    const bad = file.assertionResults.length - good
    passed += good
    failed += file.status === 'passed' ? bad : Math.max(bad, 1)
  }
}
process.stdout.write(`${passed} ${failed}\n`)
