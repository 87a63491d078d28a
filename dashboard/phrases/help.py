"""What `--help` says of the commands and their options."""

from __future__ import annotations

HELP = {
    "Files and databases in, immutable snapshots out.": "文件和数据库进，不可更改的快照出。",
    "The dashboard's processes.": "页面服务及其工作进程。",
    "A folder of data/cities.": "data/cities 中的文件夹名。",
    # Commands of the loader.
    "Load files of one source, or what its database has new. The same file twice changes nothing.":
        "装载一个来源的文件，或其数据库中的新数据。同一文件装载两次不改变任何内容。",
    "Write a demo city's deliveries as its platforms would export them, and load them by the ordinary road.":
        "生成演示城市各平台的报送文件，并按正常途径装载。",
    "Play the platforms of a demo city: put what each delivers into the drop folder, inbox/<source>/<file>, until stopped.":
        "模拟演示城市各平台：持续把报送文件放入投递目录 inbox/<来源>/<文件>，直到停止。",
    "Every batch: file, received, accepted, duplicates, rejected, file hash.": "全部批次：文件、收到、采纳、重复、退回、文件哈希。",
    "Publish a snapshot without a batch. Its rows stay in landing: `redo` brings them back.":
        "发布不含某批次的快照。原始行仍保留，可用 redo 恢复。",
    "Let a batch count again that was undone, or set aside because nothing could be published with it.":
        "恢复计入已撤销的批次，或因无法发布而搁置的批次。",
    "Build a snapshot anew from everything landed and the city's folder as it is now.": "由全部已入库数据和现有城市资料重新生成快照。",
    "Write the rejected rows of a batch as delivered, with what is wrong with each; mended, the file can be loaded.":
        "按原样导出一个批次的退回行及每行的问题；改正后可再次装载。",
    "Load what arrives in the drop folder and do what the web asks for, until stopped.": "持续装载投递目录并执行页面交办的任务，直到停止。",
    "Load what arrives in the drop folder `inbox/<source>/`, until stopped; without the web's store.":
        "持续装载投递目录 inbox/<来源>/ 中的文件，直到停止；不接受页面任务。",
    "Write the divisions, units, categories and channels read off the deliveries into the city's folder, to be corrected there.":
        "把从报送数据中读出的区划、单位、类别和渠道写入城市文件夹，供人工订正。",
    "Count what the city has, compare with what it expects, and run every check on the snapshot in use.":
        "清点城市资料，与应有数目核对，并对现用快照做全部检查。",
    "Look at an unknown file and print the source (TOML) that reads it.": "查看陌生文件，给出读取它的来源声明（TOML）。",
    "Forget a person: empty his cells in what was landed, rebuild the snapshot, delete those that knew. Run again if cut off.":
        "删除某人的信息：清空已入库数据中的相关单元格，重建快照，删除旧快照。中断后可重新执行。",
    "Divide the outlines of a city's folder among their towns and communities, as a schematic map.":
        "把城市文件夹中的轮廓划分给镇街和社区，作为示意图。",
    "A file that cannot be read does not stop the others; the command then ends with 1, as it does when a check fails.":
        "读不了的文件不影响其他文件；此时命令以 1 结束，检查不通过时也是。",
    "What was found out goes to the error channel, the TOML to the output, so that `> sources/x.toml` saves it.":
        "查看结果写到错误输出，TOML 写到标准输出，可用 `> sources/x.toml` 保存。",
    "Show this message and exit.": "显示本说明。",
    # Options of the loader.
    "Which source of the city delivered the files.": "文件属于哪个来源。",
    "Files, folders, patterns such as 'exports/*.csv', or - for standard input. None: poll the source's database.":
        "文件、文件夹、如 'exports/*.csv' 的模式，或以 - 表示标准输入。不写则查询该来源的数据库。",
    "When the files arrived, for replays; default now.": "文件送达时间，用于重放；默认为现在。",
    "What to call standard input.": "标准输入的名称。",
    "What standard input is; default: told by its content.": "标准输入的格式；默认按内容判断。",
    "How many tickets over 24 months.": "24 个月的工单总数。",
    "The moment the demo city stands at; default now.": "演示城市所处的时刻；默认为现在。",
    "Seconds from one look at the clock to the next.": "每隔多少秒看一次时钟。",
    "The drop folder; default: the city's own.": "投递目录；默认为该城市的目录。",
    "Write what is due now, and end.": "只写出此刻应报送的文件。",
    "Why; kept with the batch.": "原因，随批次保存。",
    "Where to write; .xlsx keeps every cell as text.": "写到哪里；.xlsx 的单元格一律为文本。",
    "Write over files that are there.": "覆盖已有文件。",
    "Write over a source that is there.": "覆盖已有来源。",
    "The source of the number.": "编号所属来源。",
    "The ticket's number at its source.": "来源中的工单编号。",
    "A telephone, however it is written.": "电话号码，写法不限。",
    "Tickets that were over so many months ago: 36m.": "办结已满若干个月的工单：36m。",
    "Why; kept, so it must not name the person.": "原因；会保存，不得写明姓名。",
    "Leave the rows out entirely; else only what tells of a person.": "整行删除；否则只删个人信息。",
    "With --older-than: do it, not only say how much.": "与 --older-than 同用：真正执行，而非只报数量。",
    "Which sheet of a workbook; default the one that looks most like ours.": "工作簿中的哪一张表；默认为最像的一张。",
    "One of {}; default what the columns look like.": "{0} 之一；默认按列判断。",
    "The city the source is for.": "来源所属城市。",
    "The name the source shall have: small letters, digits, _ and -.": "来源的名称：小写字母、数字、_ 和 -。",
    "Put the source into the city's folder, made if it is not there.": "把来源写入城市文件夹，没有则新建。",
    "The name of a city that is made.": "新建城市的名称。",
    "The statistics code of a city that is made.": "新建城市的统计用区划代码。",
    "The time zone of a city that is made.": "新建城市的时区。",
    # The web's side.
    "Serve a city with its workers; a demo city's platforms send every minute unless LIVE=0.":
        "启动一个城市的页面服务和工作进程；演示城市的平台每分钟报送，LIVE=0 时不报送。",
    "Keep house in the people's store and look after alerts, until stopped.": "持续维护用户数据库并计算预警，直到停止。",
}  # fmt: skip
