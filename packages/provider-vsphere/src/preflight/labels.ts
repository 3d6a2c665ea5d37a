import { VsphereError } from '@forgeplan/vsphere-soap'
import { Tags } from '../labels/tags.ts'
import type { Finding } from './finding.ts'
import type { Placed, Site } from './placed.ts'

/** vSphere tags that are not there; each is looked for once, and nothing is asked where no machine names any. @throws the signal's reason. */
export const tagFindings = async ({ client }: Site, placed: readonly Placed[], signal: AbortSignal): Promise<readonly Finding[]> => {
  const tags = new Tags(client)
  const problems = new Map<string, Problem | null>()
  const findings: Finding[] = []
  for (const { address, inputs } of placed) {
    for (const text of inputs.vsphereTags ?? []) {
      const problem = problems.has(text) ? (problems.get(text) ?? null) : await problemOf(tags, text, signal)
      problems.set(text, problem)
      if (problem !== null) findings.push({ ...problem, address })
    }
  }
  return findings
}

type Problem = Omit<Finding, 'address'>

const problemOf = async (tags: Tags, text: string, signal: AbortSignal): Promise<Problem | null> => {
  try {
    const choice = await tags.find(text, signal)
    return choice.ok ? null : { severity: 'error', code: 'FORGE5301', summary: 'A vSphere tag is not known', text: choice.why }
  } catch (error) {
    // A login that may not read them may still give them.
    if (!(error instanceof VsphereError) || error.kind !== 'fault') throw error
    return {
      severity: 'warning',
      code: 'FORGE5312',
      summary: 'Something could not be checked',
      text: `Whether vCenter has the vSphere tags that machines name could not be seen: ${error.message}.`,
    }
  }
}
