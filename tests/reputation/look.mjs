// Opens one page in Chromium and prints as JSON what a reader, and axe-core, meet there.
// node look.mjs CHROMIUM FOLDER_WITH_NODE_MODULES PAGE [PICTURE]
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";

const [, , chromium, modules, page, picture] = process.argv;
const require = createRequire(`${modules}/`);
const { chromium: browser } = require("playwright-core");
const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const running = await browser.launch({ executablePath: chromium, args: quiet });
const found = {};
try {
  for (const [name, width] of [["wide", 1280], ["phone", 360]]) {
    const tab = await running.newPage({ viewport: { width, height: 900 } });
    const asked = [];
    tab.on("request", (each) => { if (!/^(file|data):/.test(each.url())) asked.push(each.url()); });
    await tab.goto(pathToFileURL(page).href);
    const seen = await tab.evaluate(() => ({
      scrolls: document.documentElement.scrollWidth > window.innerWidth,
      marks: [...document.querySelectorAll(".demo, .banner")].filter((each) => each.offsetHeight > 0).length,
      charts: document.querySelectorAll("svg[role=img]").length,
      small: [...document.querySelectorAll("svg[role=img]")].filter((each) => each.checkVisibility({ contentVisibilityAuto: true }) && each.clientWidth < 200).length,
      first: (document.querySelector(".verdicts") || {}).innerText || "",
    }));
    await tab.keyboard.press("Tab");
    seen.skip = await tab.evaluate(() => document.activeElement.className);
    await tab.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
    const result = await tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    seen.violations = result.violations.map((each) => `${each.id}: ${each.help} (${each.nodes.length}) ${each.nodes[0].html.slice(0, 160)}`);
    if (picture) await tab.screenshot({ path: `${picture}-${name}.png`, fullPage: false });
    found[name] = { ...seen, asked };
    if (name === "wide") {
      await tab.emulateMedia({ media: "print" });
      found.print = await tab.evaluate(() => ({
        mark: getComputedStyle(document.querySelector(".print-mark") || document.body).display,
        nav: getComputedStyle(document.querySelector("nav")).display,
      }));
    }
    await tab.close();
  }
} finally {
  await running.close();
}
console.log(JSON.stringify(found));
