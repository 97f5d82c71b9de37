import type { WorkflowDocument } from '../definition/document.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import type { Bindings } from '../engine/engine.ts'
import type { EnvironmentOverlay } from '../environments/environment.ts'
import { lookUp } from './overlay.ts'

interface Said {
  readonly document: WorkflowDocument
  readonly overlay: EnvironmentOverlay
  readonly bindings: Pick<Bindings, 'defaultTenant'>
}

/** As whom a document's tasks run in an environment. */
function tenantOf({ document, overlay, bindings }: Said): string {
  const { tenant } = document.settings
  return tenant === undefined ? bindings.defaultTenant : lookUp(overlay.tenants, tenant)
}

/** What a definition on 3.1 says counts: a version keeps its own word for it only while it means the same. */
export function withTenantThere(
  said: Said,
  { tenant: there }: Pick<EngineDefinition, 'tenant'>,
): WorkflowDocument {
  const { document } = said
  if (there === undefined || there === tenantOf(said)) return document
  const { tenant: _tenant, ...settings } = document.settings
  return { ...document, settings }
}

/** Earlier releases did not read it: they kept what they had sent. */
export function withTenantSent(
  kept: EngineDefinition,
  now: EngineDefinition,
  said: Said,
): EngineDefinition {
  if (kept.tenant !== undefined || now.tenant === undefined) return kept
  return { ...kept, tenant: tenantOf(said) }
}
