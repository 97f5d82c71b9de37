import type { AlertMessage } from '#src/alerts/channel.ts'

const COLORS = { critical: 'red', warning: 'orange', info: 'blue' } as const
/** The body has to stay under 20 KB (custom bot documentation); the log is what can be long. */
const MAX_LOG_BYTES = 6_000
const MAX_TEXT_BYTES = 1_000

/** Card JSON 2.0: unknown properties are an error there, buttons stand among the elements. */
export function toFeishuCard(message: AlertMessage): object {
  const title = message.event === 'resolved' ? `Resolved: ${message.title}` : message.title
  return {
    schema: '2.0',
    config: { summary: { content: cut(title, MAX_TEXT_BYTES) } },
    header: {
      template: message.event === 'resolved' ? 'green' : COLORS[message.severity],
      title: { tag: 'plain_text', content: cut(title, MAX_TEXT_BYTES) },
    },
    body: {
      elements: [
        { tag: 'markdown', content: lines(message).join('\n') },
        ...logElements(message),
        ...(message.link ? [button(message.link)] : []),
      ],
    },
  }
}

function lines(message: AlertMessage): readonly string[] {
  const { workflow, environment, owner, failing_task: task } = message
  const mention = owner?.im_ids['feishu']
  return [
    ...(workflow ? [`**Workflow** ${plain(workflow.name)} (${plain(workflow.id)})`] : []),
    ...(environment ? [`**Environment** ${plain(environment)}`] : []),
    ...(task ? [`**Failing task** ${plain(task.name)}`] : []),
    ...message.facts.map((fact) => `**${plain(fact.label)}** ${plain(fact.value)}`),
    ...(owner ? [`**Owner** ${mention ? `<at id=${mention}></at>` : plain(owner.name)}`] : []),
  ]
}

function logElements(message: AlertMessage): readonly object[] {
  if (message.log_tail.length > 0) {
    const text = tail(message.log_tail.join('\n'), MAX_LOG_BYTES).replaceAll('```', "'''")
    return [{ tag: 'markdown', content: `\`\`\`\n${text}\n\`\`\`` }]
  }
  return message.log_note ? [{ tag: 'markdown', content: plain(message.log_note) }] : []
}

function button(url: string): object {
  return {
    tag: 'button',
    text: { tag: 'plain_text', content: 'Open' },
    behaviors: [{ type: 'open_url', default_url: url }],
  }
}

/** Text from outside must not become markup: no mentions, links or emphasis of its own. */
function plain(text: string): string {
  return cut(text, MAX_TEXT_BYTES).replaceAll(/[<>*_~`[\]\\]/g, (c) => `&#${c.codePointAt(0)};`)
}

function cut(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= maxBytes) return text
  return `${bytes.subarray(0, maxBytes).toString().replace(/�+$/, '')}…`
}

function tail(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= maxBytes) return text
  return `…${bytes
    .subarray(bytes.length - maxBytes)
    .toString()
    .replace(/^�+/, '')}`
}
