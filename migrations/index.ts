import type { Migration } from 'kysely/migration'
import * as m0 from './2026-11-21-0000-org.ts'
import * as m1 from './2026-11-21-0001-org-member.ts'
import * as m2 from './2026-11-21-0002-api-token.ts'
import * as m3 from './2026-11-21-0003-engine-cluster.ts'
import * as m4 from './2026-11-21-0004-engine-environment.ts'
import * as m5 from './2026-11-21-0005-environment-sync.ts'
import * as m6 from './2026-11-21-0006-data-workflow.ts'
import * as m7 from './2026-11-21-0007-data-workflow-tag.ts'
import * as m8 from './2026-11-21-0008-workflow-version.ts'
import * as m9 from './2026-11-21-0009-workflow-publish-record.ts'
import * as m10 from './2026-11-21-0010-workflow-publish-step.ts'
import * as m11 from './2026-11-21-0011-workflow-approval.ts'
import * as m12 from './2026-11-21-0012-workflow-deployment.ts'
import * as m13 from './2026-11-21-0013-workflow-instance-cache.ts'
import * as m14 from './2026-11-21-0014-run-attempt.ts'
import * as m15 from './2026-11-21-0015-task-instance-cache.ts'
import * as m16 from './2026-11-21-0016-inspection-rule.ts'
import * as m17 from './2026-11-21-0017-inspection-finding.ts'
import * as m18 from './2026-11-21-0018-alert.ts'
import * as m19 from './2026-11-21-0019-alert-channel.ts'
import * as m20 from './2026-11-21-0020-alert-route.ts'
import * as m21 from './2026-11-21-0021-alert-delivery.ts'
import * as m22 from './2026-11-21-0022-audit-event.ts'
import * as m23 from './2026-11-21-0023-idempotency-key.ts'
import * as m24 from './2026-11-21-0024-job-lease.ts'
import * as m25 from './2026-11-21-0025-run-environment.ts'
import * as m26 from './2026-11-21-0026-run-environment-state.ts'
import * as m27 from './2026-11-21-0027-run-state.ts'
import * as m28 from './2026-11-21-0028-run-seen.ts'
import * as m29 from './2026-11-21-0029-run-due.ts'
import * as m30 from './2026-11-21-0030-alert-route-send-resolved.ts'
import * as m35 from './2026-11-21-0035-alert-workflow.ts'
import * as m36 from './2026-11-21-0036-finding-workflow.ts'
import * as m37 from './2026-11-21-0037-environment-project-anywhere.ts'
import * as m40 from './2026-11-21-0040-deployment-live.ts'
import * as m41 from './2026-11-21-0041-workflow-import.ts'
import * as m42 from './2026-11-21-0042-workflow-import-item.ts'
import * as m43 from './2026-11-21-0043-deployment-drift.ts'
import * as m44 from './2026-11-21-0044-environment-drift.ts'
import * as m50 from './2026-11-21-0050-data-task.ts'
import * as m51 from './2026-11-21-0051-workflow-task-relation.ts'
import * as m52 from './2026-11-21-0052-task-dataset.ts'
import * as m53 from './2026-11-21-0053-workflow-projection.ts'
import * as m54 from './2026-11-21-0054-workflow-dependency-decision.ts'
import * as m55 from './2026-11-21-0055-task-dependency-view.ts'
import * as m56 from './2026-11-21-0056-cluster-call-budget.ts'
import * as m60 from './2026-11-21-0060-workflow-search.ts'
import * as m61 from './2026-11-21-0061-task-search.ts'
import * as m62 from './2026-11-21-0062-deployment-lists.ts'
import * as m63 from './2026-11-21-0063-run-trigger.ts'
import * as m64 from './2026-11-21-0064-projection-text.ts'
import * as m65 from './2026-11-21-0065-import-group.ts'
import * as m66 from './2026-11-21-0066-deployment-online-since.ts'
import * as m67 from './2026-11-21-0067-deployment-online-until-now.ts'
import * as m68 from './2026-11-21-0068-task-name.ts'
import * as m69 from './2026-11-21-0069-publication-environment-state.ts'
import * as m72 from './2026-11-21-0072-run-version.ts'
import * as m74 from './2026-11-21-0074-import-base.ts'

/** In order of their names. A migration that landed is never edited: `checksums.json` holds it to that. */
export const migrations: Readonly<Record<string, Migration>> = {
  '2026-11-21-0000-org': m0,
  '2026-11-21-0001-org-member': m1,
  '2026-11-21-0002-api-token': m2,
  '2026-11-21-0003-engine-cluster': m3,
  '2026-11-21-0004-engine-environment': m4,
  '2026-11-21-0005-environment-sync': m5,
  '2026-11-21-0006-data-workflow': m6,
  '2026-11-21-0007-data-workflow-tag': m7,
  '2026-11-21-0008-workflow-version': m8,
  '2026-11-21-0009-workflow-publish-record': m9,
  '2026-11-21-0010-workflow-publish-step': m10,
  '2026-11-21-0011-workflow-approval': m11,
  '2026-11-21-0012-workflow-deployment': m12,
  '2026-11-21-0013-workflow-instance-cache': m13,
  '2026-11-21-0014-run-attempt': m14,
  '2026-11-21-0015-task-instance-cache': m15,
  '2026-11-21-0016-inspection-rule': m16,
  '2026-11-21-0017-inspection-finding': m17,
  '2026-11-21-0018-alert': m18,
  '2026-11-21-0019-alert-channel': m19,
  '2026-11-21-0020-alert-route': m20,
  '2026-11-21-0021-alert-delivery': m21,
  '2026-11-21-0022-audit-event': m22,
  '2026-11-21-0023-idempotency-key': m23,
  '2026-11-21-0024-job-lease': m24,
  '2026-11-21-0025-run-environment': m25,
  '2026-11-21-0026-run-environment-state': m26,
  '2026-11-21-0027-run-state': m27,
  '2026-11-21-0028-run-seen': m28,
  '2026-11-21-0029-run-due': m29,
  '2026-11-21-0030-alert-route-send-resolved': m30,
  '2026-11-21-0035-alert-workflow': m35,
  '2026-11-21-0036-finding-workflow': m36,
  '2026-11-21-0037-environment-project-anywhere': m37,
  '2026-11-21-0040-deployment-live': m40,
  '2026-11-21-0041-workflow-import': m41,
  '2026-11-21-0042-workflow-import-item': m42,
  '2026-11-21-0043-deployment-drift': m43,
  '2026-11-21-0044-environment-drift': m44,
  '2026-11-21-0050-data-task': m50,
  '2026-11-21-0051-workflow-task-relation': m51,
  '2026-11-21-0052-task-dataset': m52,
  '2026-11-21-0053-workflow-projection': m53,
  '2026-11-21-0054-workflow-dependency-decision': m54,
  '2026-11-21-0055-task-dependency-view': m55,
  '2026-11-21-0056-cluster-call-budget': m56,
  '2026-11-21-0060-workflow-search': m60,
  '2026-11-21-0061-task-search': m61,
  '2026-11-21-0062-deployment-lists': m62,
  '2026-11-21-0063-run-trigger': m63,
  '2026-11-21-0064-projection-text': m64,
  '2026-11-21-0065-import-group': m65,
  '2026-11-21-0066-deployment-online-since': m66,
  '2026-11-21-0067-deployment-online-until-now': m67,
  '2026-11-21-0068-task-name': m68,
  '2026-11-21-0069-publication-environment-state': m69,
  '2026-11-21-0072-run-version': m72,
  '2026-11-21-0074-import-base': m74,
}
