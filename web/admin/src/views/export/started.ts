import { ref } from 'vue'

/** Counts the exports that were begun here, so that the notices open and show how far the last one is. */
export const started = ref(0)
