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
import { i18n } from './locales'
import { router } from './router'
import { usePreferences } from './stores/preferences'
import { useSession } from './stores/session'

const app = createApp(App)
app.use(createPinia())
usePreferences()
const session = useSession()
app.use(i18n)
app.use(urql, createConsoleClient(session.askAgain))
app.use(router)
app.mount('#app')
