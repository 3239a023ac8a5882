// Sends one event of each type with Segment's Node client: node send.mjs <node_modules> <url> <key>
import { createRequire } from 'node:module'

const [, , modules, host, writeKey] = process.argv
const { Analytics } = createRequire(`${modules}/`)('@segment/analytics-node')

const analytics = new Analytics({ host, writeKey, maxRetries: 0 })
analytics.on('error', (error) => {
  console.error(error)
  process.exitCode = 1
})

const userId = 'c-1'
analytics.track({ anonymousId: 'a-1', event: 'Product Viewed', messageId: 'device' })
analytics.identify({
  userId, anonymousId: 'a-1', traits: { email: 'ana@correio.example' }, messageId: 'identify',
})
analytics.track({ userId, event: 'Order Completed', properties: { total: 170.1 }, messageId: 'track' })
analytics.page({ userId, name: 'Kit', messageId: 'page' })
analytics.group({ userId, groupId: 'g-1', traits: { name: 'Silva' }, messageId: 'group' })
analytics.alias({ userId, previousId: 'before', messageId: 'alias' })

await analytics.closeAndFlush({ timeout: 10_000 })
