/** The URL of the AudioWorklet that plays an ear; put in by build.mjs. */
declare const EAR_WORKLET: string;
/** The path of the widget's lazy part; put in by build.mjs. */
declare const WIDGET_APP: string;
/** The path of what runs on a page before its widget is opened; put in by build.mjs. */
declare const WIDGET_VISIT: string;

declare module "texts:*" {
  const sentences: Record<string, string>;
  export default sentences;
}
declare module "sheet:*" {
  const css: string;
  export default css;
}
declare module "*.css";
/** The folder of these sources; put in by test.mjs. */
declare const WEB: string;
