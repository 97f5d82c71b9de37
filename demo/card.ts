import { z } from 'zod'

const Card = z.object({
  card: z.object({
    header: z.object({ title: z.object({ content: z.string() }) }),
    body: z.object({
      elements: z.array(
        z.object({
          content: z.string().optional(),
          behaviors: z.array(z.object({ default_url: z.string() })).optional(),
        }),
      ),
    }),
  }),
})

/** What a person reads of a Feishu card. */
export function cardText(body: unknown): string {
  const { header, body: content } = Card.parse(body).card
  const parts = content.elements.flatMap((element) => [
    ...(element.content === undefined ? [] : [element.content]),
    ...(element.behaviors ?? []).map((link) => link.default_url),
  ])
  return [header.title.content, ...parts]
    .join('\n')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
}
