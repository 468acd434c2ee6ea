import "./shop.css";
import { render } from "preact";
import { bindDocument } from "../shared/document";
import { isLanguage, preferredLanguage, speak, t } from "../shared/text";
import { catalogue } from "./catalogue";
import { ShopPage } from "./view";
import { tellBasket } from "./widget";

/** The shop's own choice of language: the address, then what was chosen here before, then the browser's, then Czech. */
const asked = new URLSearchParams(location.search).get("lang");
if (isLanguage(asked)) sessionStorage.setItem("shop.language", asked);
const chosen = sessionStorage.getItem("shop.language");
await speak(isLanguage(chosen) ? chosen : preferredLanguage("cs"), catalogue);
bindDocument(() => `Lampárna · ${t("shop.claim")}`);
tellBasket();
render(<ShopPage />, document.getElementById("shop") as HTMLElement);
