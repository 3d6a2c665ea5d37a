// Every rendering of a plan of many members, each plan in a process of its own that has rendered nothing before.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'

const kinds = ['created', 'updated']

/** Seconds for the view and all renderings of a plan of `size` members: the slower of one that folds and one that does not. */
export const renderSeconds = (size) =>
  Math.max(...kinds.map((kind) => Number(execFileSync(process.execPath, [here, kind, String(size)], { encoding: 'utf8' }))))

const here = fileURLToPath(import.meta.url)

const configuration = (size) => `stack: bench
providers: { here: { plugin: sim, world: bench } }
groups:
  web:
    size: ${size}
    instance: { provider: here, image: debian-12, cpus: 2, memory: 4GiB, note: "member \${member.id}", tags: { role: web, tier: front } }
`

// No two members change alike, so that nothing folds.
const updated = (change, at) => {
  const text = (salt) => createHash('sha256').update(`${salt} ${at}`).digest('hex')
  const field = (name, before, after) => ({ field: name, before, after, effect: 'live', released: false, uncertain: false, drifted: false })
  const fields = [
    field('note', `before ${text('a')}`, `after ${text('b')}`),
    field('tags', { role: 'web', tier: text('c') }, { role: 'web', tier: text('d') }),
  ]
  const { address, type, inputs, context } = change
  const reason = { kind: 'configured', fields: fields.map((one) => one.field) }
  return { action: 'update', address, type, reason, uid: `u${at}`, inputs, context, fields }
}

const main = async (kind, size) => {
  const { Lab, World } = await import('@forgeplan/testkit')
  const lab = new Lab({ world: new World({ name: 'bench' }) })
  lab.configure(configuration(size))
  const created = await lab.plan()
  const plan = kind === 'created' ? created : { ...created, changes: created.changes.map(updated) }
  const start = process.hrtime.bigint()
  const { planView, renderJson, renderMarkdown, renderText } = await import('@forgeplan/report')
  const view = planView(plan, lab.catalog)
  for (const verbose of [false, true]) renderText(view, { width: 100, color: true, verbose })
  renderMarkdown(view)
  renderJson(view)
  console.log(String(Number(process.hrtime.bigint() - start) / 1e9))
}

if (process.argv[1] === here) await main(process.argv[2], Number(process.argv[3]))
