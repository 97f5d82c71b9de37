import { lookup } from './lookup.ts'

/** What a value at a path stands for, in the engine's own task parameters. */
export interface ReferencePath {
  readonly kind:
    | 'task'
    /** Of the workflow whose code stands beside it. */
    | 'waited_task'
    | 'data_source'
    | 'resource'
    | 'workflow'
    | 'project'
    | 'alert_group'
    /** Several, parted by commas (to 3.2). */
    | 'udf_functions'
  /** `*` is every item of a list, `{}` the JSON inside of a text. */
  readonly steps: readonly string[]
}

const at = (kind: ReferencePath['kind'], ...steps: string[]): ReferencePath => ({ kind, steps })

const MAIN_JAR = [at('resource', 'mainJar')]
const DATA_SOURCE = [at('data_source', 'datasource')]

const RESULTS_OF_TASKS = [
  at('task', 'conditionResult', 'successNode', '*'),
  at('task', 'conditionResult', 'failedNode', '*'),
  at('task', 'dependence', 'dependTaskList', '*', 'dependItemList', '*', 'depTaskCode'),
]

/** By engine type, from the parameter classes of the engine's task plugins (3.1.9, 3.2.2, 3.4.2). */
const PATHS: Readonly<Record<string, readonly ReferencePath[]>> = {
  CONDITIONS: RESULTS_OF_TASKS,
  BLOCKING: RESULTS_OF_TASKS,
  SWITCH: [
    at('task', 'switchResult', 'nextNode'),
    at('task', 'switchResult', 'nextNode', '*'),
    at('task', 'switchResult', 'dependTaskList', '*', 'nextNode'),
    at('task', 'switchResult', 'dependTaskList', '*', 'nextNode', '*'),
  ],
  DEPENDENT: [
    // Before the workflow: it is found by the code of that.
    at('waited_task', 'dependence', 'dependTaskList', '*', 'dependItemList', '*', 'depTaskCode'),
    at('project', 'dependence', 'dependTaskList', '*', 'dependItemList', '*', 'projectCode'),
    at('workflow', 'dependence', 'dependTaskList', '*', 'dependItemList', '*', 'definitionCode'),
  ],
  SUB_WORKFLOW: [at('workflow', 'workflowDefinitionCode'), at('workflow', 'processDefinitionCode')],
  DYNAMIC: [at('workflow', 'processDefinitionCode')],
  // The file is a path alone (3.4).
  SQL: [
    ...DATA_SOURCE,
    at('alert_group', 'groupId'),
    at('resource', 'sqlResource'),
    at('udf_functions', 'udfs'),
  ],
  PROCEDURE: DATA_SOURCE,
  REMOTESHELL: DATA_SOURCE,
  ZEPPELIN: DATA_SOURCE,
  SAGEMAKER: DATA_SOURCE,
  K8S: DATA_SOURCE,
  ALIYUN_SERVERLESS_SPARK: DATA_SOURCE,
  DATAX: [at('data_source', 'dataSource'), at('data_source', 'dataTarget')],
  SQOOP: [
    at('data_source', 'sourceParams', '{}', 'srcDatasource'),
    at('data_source', 'targetParams', '{}', 'targetDatasource'),
  ],
  DATA_QUALITY: [
    at('data_source', 'ruleInputParameter', 'src_datasource_id'),
    at('data_source', 'ruleInputParameter', 'target_datasource_id'),
  ],
  SPARK: MAIN_JAR,
  FLINK: MAIN_JAR,
  FLINK_STREAM: MAIN_JAR,
  MR: MAIN_JAR,
  JAVA: MAIN_JAR,
}
const EVERY_TYPE = [at('resource', 'resourceList', '*')]

export function referencePaths(type: string): readonly ReferencePath[] {
  return [...(lookup(PATHS, type) ?? []), ...EVERY_TYPE]
}
