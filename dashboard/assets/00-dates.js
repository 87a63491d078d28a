// The calendar of the date picker takes its names from window.dateFns.locale and would choose by the browser's language:
// here the page's own language decides, and nothing is fetched. An empty answer means the English names it has itself.
(function () {
  const days = [..."日一二三四五六"];
  const chinese = {
    code: "zh-CN",
    options: { weekStartsOn: 1, firstWeekContainsDate: 4 },
    localize: {
      ordinalNumber: (number) => String(number),
      era: (era) => (era ? "公元" : "前"),
      quarter: (quarter) => `${quarter}季度`,
      month: (month) => `${month + 1}月`,
      day: (day, { width } = {}) => (width === "wide" ? "星期" : width === "abbreviated" ? "周" : "") + days[day],
      dayPeriod: (period) => (period === "am" ? "上午" : "下午"),
    },
  };
  window.dateFns = {
    get locale() {
      const page = document.querySelector(".office");
      return page && page.lang === "en" ? {} : { zhCN: chinese };
    },
  };
})();
