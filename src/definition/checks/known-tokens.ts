/** A text that is a secret by its own form; `value` is the group of that name, or the whole. */
export interface KnownToken {
  readonly kind: string
  readonly pattern: RegExp
}

/** Where this is not found, none of them is. */
export const TOKEN_HINT =
  /PRIVATE KEY|AKIA|ASIA|LTAI|AKID|gh[pousr]_|github_pat_|glpat-|xox|hooks\.slack|open-apis|[tu]-g|qyapi|dingtalk|AIza|eyJ|authorization/i

/** Quantifiers are bounded everywhere: no text, however long or hostile, costs more than a pass. */
export const KNOWN_TOKENS: readonly KnownToken[] = [
  {
    kind: 'a private key',
    pattern: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g,
  },
  {
    kind: 'an AWS access key',
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])/g,
  },
  {
    kind: 'an Alibaba Cloud access key',
    pattern: /(?<![A-Za-z0-9])LTAI[A-Za-z0-9]{12,20}(?![A-Za-z0-9])/g,
  },
  {
    kind: 'a Tencent Cloud secret id',
    pattern: /(?<![A-Za-z0-9])AKID[A-Za-z0-9]{32}(?![A-Za-z0-9])/g,
  },
  {
    kind: 'a GitHub token',
    pattern:
      /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{40,255})(?![A-Za-z0-9])/g,
  },
  { kind: 'a GitLab token', pattern: /(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20,100}/g },
  { kind: 'a Slack token', pattern: /(?<![A-Za-z0-9])xox[abeprs]-[A-Za-z0-9-]{10,250}/g },
  {
    kind: 'a Slack webhook',
    pattern:
      /hooks\.slack\.com\/(?:services|workflows)\/(?<value>T[A-Za-z0-9]{6,20}\/[A-Za-z0-9/]{10,100})/g,
  },
  {
    kind: 'a Feishu webhook',
    pattern:
      /open\.(?:feishu\.cn|larksuite\.com)\/open-apis\/bot\/(?:v2\/)?hook\/(?<value>[A-Za-z0-9-]{20,64})/g,
  },
  {
    kind: 'a Feishu token',
    pattern: /(?<![A-Za-z0-9])[tu]-g[A-Za-z0-9]{3}[A-Za-z0-9_.-]{20,250}/g,
  },
  {
    kind: 'a WeCom webhook',
    pattern: /qyapi\.weixin\.qq\.com\/cgi-bin\/webhook\/send\?key=(?<value>[A-Za-z0-9-]{20,64})/g,
  },
  {
    kind: 'a DingTalk webhook',
    pattern: /oapi\.dingtalk\.com\/robot\/send\?access_token=(?<value>[A-Za-z0-9]{32,128})/g,
  },
  { kind: 'a Google API key', pattern: /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9])/g },
  {
    kind: 'a JSON web token',
    pattern:
      /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{20,1000}/g,
  },
  {
    kind: 'an authorization header',
    pattern:
      /(?<![A-Za-z0-9])authorization["']?\s{0,3}[:=,]\s{0,3}["']?(?:bearer|token)\s{1,3}(?<value>[A-Za-z0-9._~+/=-]{16,4000})/gi,
  },
  {
    kind: 'an authorization header',
    pattern:
      /(?<![A-Za-z0-9])authorization["']?\s{0,3}[:=,]\s{0,3}["']?basic\s{1,3}(?<value>[A-Za-z0-9+/=]{8,1000})/gi,
  },
]
