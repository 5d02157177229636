import 'element-plus/theme-chalk/dark/css-vars.css'
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/el-message.css'
import './styles/tokens.css'
import './styles/element.css'
import './styles/page.css'
import urql from '@urql/vue'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createConsoleClient } from './graphql/client'
import { refreshAll } from './graphql/refresh'
import { i18n, speak } from './locales'
import { router, unreachable } from './router'
import { useConnection } from './stores/connection'
import { usePreferences } from './stores/preferences'
import { useSession } from './stores/session'

const app = createApp(App)
app.use(createPinia())
const preferences = usePreferences()
const session = useSession()
app.use(i18n)
const connection = useConnection()
function unanswered(): void {
  connection.onceBack(refreshAll)
  void connection.look()
}
window.addEventListener('offline', unanswered)
app.use(
  urql,
  createConsoleClient({ askSignIn: session.askAgain, place: () => router.currentRoute.value.path, unanswered }),
)
app.use(router)
// Chinese is at hand; English comes before the first page, so that no word changes under the eye.
void speak(preferences.language).finally(() => app.mount('#app'))
setTimeout(() => void unreachable().catch(() => undefined), 5_000)
