import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'
import { documentsInPlace } from './documents.plugin'

const server = process.env.SHEBAO_SERVER ?? 'http://127.0.0.1:8000'

export default defineConfig({
  base: '/admin/',
  plugins: [
    documentsInPlace(),
    vue(),
    // Element Plus components and their styles are pulled in by use; our own are imported by name.
    Components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    port: 5173,
    proxy: {
      '/graphql': { target: server, ws: true },
      '/files': { target: server },
      '/healthz': { target: server },
    },
  },
  build: {
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        manualChunks: { vue: ['vue', 'vue-router', 'pinia', 'vue-i18n'], graphql: ['@urql/core', '@urql/vue', 'graphql-ws'] },
      },
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'], server: { deps: { inline: ['element-plus'] } } },
})
