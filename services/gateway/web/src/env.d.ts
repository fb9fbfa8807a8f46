/// <reference types="vite/client" />
declare module 'element-plus/es/locale/lang/*.mjs' {
  const locale: import('element-plus/es/locale/index.mjs').Language;
  export default locale;
}
