import type { EngineFamily } from '#src/engine/catalog.ts'

const EVERYWHERE =
  'SHELL PYTHON PROCEDURE SQL SPARK FLINK FLINK_STREAM HTTP MR DINKY HIVECLI EMR K8S ' +
  'SUB_WORKFLOW DEPENDENT CONDITIONS SWITCH SEATUNNEL DATAX SQOOP ' +
  'JUPYTER MLFLOW OPENMLDB DVC SAGEMAKER ZEPPELIN CHUNJUN'
const SINCE_32 = 'JAVA REMOTESHELL DMS DATA_FACTORY KUBEFLOW DATASYNC LINKIS'

/** What a server of the family brings along: its task-type-config and its task plugins. */
const TYPES: Readonly<Record<EngineFamily, ReadonlySet<string>>> = {
  '3.1': typesOf('BLOCKING NEXT_LOOP SURVEIL PIGEON DATA_QUALITY PYTORCH'),
  '3.2': typesOf(SINCE_32, 'DYNAMIC PIGEON DATA_QUALITY PYTORCH'),
  '3.3': typesOf(SINCE_32, 'PYTORCH ALIYUN_SERVERLESS_SPARK'),
  '3.4': typesOf(SINCE_32, 'GRPC EMR_SERVERLESS ALIYUN_SERVERLESS_SPARK'),
}
const KNOWN = new Set(Object.values(TYPES).flatMap((types) => [...types]))

/** Types of another family; a name that none of them knows may be a plugin of the installation. */
export function isMissingType(type: string, family: EngineFamily): boolean {
  return KNOWN.has(type) && !TYPES[family].has(type)
}

function typesOf(...lists: readonly string[]): ReadonlySet<string> {
  return new Set([EVERYWHERE, ...lists].flatMap((list) => list.split(' ')))
}
