import { defineConfig } from 'vitest/config'

/** One ring a project; `npm test` runs all but the real one (scripts/rings.mjs). */
function ring(
  name: string,
  include: readonly string[],
  options: { readonly needsDatabase: boolean; readonly timeoutMs?: number },
) {
  return {
    extends: true as const,
    test: {
      name,
      include: [...include],
      testTimeout: options.timeoutMs ?? 30_000,
      hookTimeout: options.timeoutMs ?? 60_000,
      ...(options.needsDatabase ? { globalSetup: ['test/support/global-setup.ts'] } : {}),
    },
  }
}

export default defineConfig({
  test: {
    restoreMocks: true,
    coverage: {
      provider: 'v8',
      include: ['src/**', 'clients/**', 'jobs/**'],
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: 'coverage',
    },
    projects: [
      ring('pure', ['{src,clients,jobs,demo,scripts}/**/*.test.ts', 'test/*.test.ts'], {
        needsDatabase: false,
      }),
      ring('store', ['test/{store,faults}/**/*.db.test.ts'], {
        needsDatabase: true,
        timeoutMs: 120_000,
      }),
      ring('api', ['test/api/**/*.db.test.ts'], { needsDatabase: true, timeoutMs: 60_000 }),
      ring('simulator', ['test/engine/simulator*.test.ts'], {
        needsDatabase: false,
        timeoutMs: 60_000,
      }),
      ring('recordings', ['test/engine/recordings*.test.ts'], { needsDatabase: false }),
      ring('real', ['test/engine/real*.test.ts', 'test/story/*.test.ts'], {
        needsDatabase: false,
        timeoutMs: 600_000,
      }),
    ],
  },
})
