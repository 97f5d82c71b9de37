import type { Rules } from '../families.ts'

const COMMON = [
  'SHELL PYTHON PROCEDURE SQL SPARK FLINK FLINK_STREAM HTTP MR DINKY HIVECLI EMR K8S',
  'DEPENDENT CONDITIONS SWITCH SEATUNNEL DATAX SQOOP',
  'JUPYTER MLFLOW OPENMLDB DVC SAGEMAKER ZEPPELIN CHUNJUN',
].join(' ')
const SINCE_32 = 'JAVA REMOTESHELL DMS DATA_FACTORY KUBEFLOW DATASYNC LINKIS'

/** What a server brings along, in its own words; said here again, so that a slip shows. */
const TYPES: Readonly<Record<Rules['family'], readonly string[]>> = {
  '3.1': words(COMMON, 'SUB_PROCESS BLOCKING NEXT_LOOP SURVEIL PIGEON DATA_QUALITY PYTORCH'),
  '3.2': words(COMMON, SINCE_32, 'SUB_PROCESS DYNAMIC PIGEON DATA_QUALITY PYTORCH'),
  '3.3': words(COMMON, SINCE_32, 'SUB_WORKFLOW PYTORCH ALIYUN_SERVERLESS_SPARK'),
  '3.4': words(COMMON, SINCE_32, 'SUB_WORKFLOW GRPC EMR_SERVERLESS ALIYUN_SERVERLESS_SPARK'),
}

function words(...lists: readonly string[]): readonly string[] {
  return lists.flatMap((list) => list.split(' '))
}

export function isKnownType({ family }: Rules, type: string): boolean {
  return TYPES[family].includes(type)
}
