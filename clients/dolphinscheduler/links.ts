import type { Engine, EngineAddress } from '#src/engine/engine.ts'

/** The same pages in every family. */
export function links(
  address: Pick<EngineAddress, 'uiUrl'>,
): Pick<Engine, 'definitionLink' | 'instanceLink'> {
  const base = address.uiUrl.replace(/\/+$/, '')
  return {
    definitionLink: ({ projectCode, code }) =>
      `${base}/projects/${projectCode}/workflow/definitions/${code}`,
    instanceLink: ({ projectCode, instanceId, definitionCode }) =>
      `${base}/projects/${projectCode}/workflow/instances/${instanceId}?code=${definitionCode}`,
  }
}
