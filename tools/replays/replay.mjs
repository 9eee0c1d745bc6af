// Puts requests to @cloud-copilot/iam-simulate: standard input is {folder, cases}, each case a whole simulation.
// It is a developer's tool under the AGPL: installed elsewhere, never shipped and never copied.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

let text = ''
for await (const part of process.stdin) text += part
const { folder, cases } = JSON.parse(text)
const found = createRequire(`${folder}/`).resolve('@cloud-copilot/iam-simulate')
const { anonymousPrincipal, runSimulation } = await import(pathToFileURL(found).href)

const everything = {
  name: 'everything',
  policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
}

async function answer(one) {
  const isPerson = one.principal.startsWith('arn:')
  const scps = [everything, ...(one.scp ? [{ name: 'scp', policy: one.scp }] : [])]
  const answered = await runSimulation(
    {
      request: {
        principal: one.principal === 'anonymous' ? anonymousPrincipal : one.principal,
        action: one.action,
        resource: { resource: one.resource, accountId: one.owner },
        contextVariables: one.context
      },
      identityPolicies: isPerson ? [everything] : [],
      serviceControlPolicies: isPerson ? [{ orgIdentifier: 'root', policies: scps }] : [],
      resourceControlPolicies: one.rcp ? [{ orgIdentifier: 'root', policies: [{ name: 'rcp', policy: one.rcp }] }] : [],
      resourcePolicy: one.policy,
      additionalSettings: { s3: { blockPublicAccess: one.block === true } }
    },
    {}
  )
  if (answered.resultType === 'error') return { error: JSON.stringify(answered.errors).slice(0, 300) }
  return { allowed: answered.overallResult === 'Allowed' }
}

const said = []
for (const one of cases) {
  try {
    said.push(await answer(one))
  } catch (error) {
    said.push({ error: String(error.message).slice(0, 300) })
  }
}
console.log(JSON.stringify(said))
