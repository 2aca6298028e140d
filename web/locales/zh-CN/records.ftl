records-title = 表决记录
records-back = 回到议题
records-lead = 从开放到公布，每一步都记在这里，一条接一条，谁也改不了前面的。记录里没有姓名。
records-find-title = 查我的回执
records-code = 回执上的八位编码
records-code-hint = 字母和数字，空格和大小写不要紧
records-find = 查找
records-code-bad = 编码是八位字母和数字，请对着回执再看一下。
records-found = 找到了：记录第{ $n }条
records-found-listed = 找到了：在开箱名单里
records-standing-counted = 这张票计入票数。
records-standing-replaced = 您后来改了选择，这张票由后来那张替换，不再计入。
records-standing-withdrawn = 这张票已在服务台撤回，不再计入。
records-standing-listed = 这张票计入票数。
records-none = 没有找到：{ $code }
records-none-more = 请再核对一遍编码。确认没有抄错，就请联系社工，并保留好回执。
records-none-secret-yet = 无记名表决的编码，要到结果公布以后才能查到。
records-proof = 查看包含证明
records-checkpoint = 检查点
records-checkpoint-text = 这一行是到目前为止整份记录的指纹。请和大屏幕、会议记录上的对照，也可以扫码保存。
records-checkpoint-alt = 检查点的二维码
records-checkpoint-save = 保存检查点
records-device = 我的手机
records-device-first = 这部手机记下了今天的检查点，下次打开时会自动核对。
records-device-same = 核对过了：您上次看到的记录还是原样，后面只有新增。
records-device-changed = 注意：记录被改写过。您上次看到的内容已经不在里面。请保留下面的检查点，马上联系社工或居务监督委员会。
records-device-unsure = 这部手机现在无法核对，下次打开时再试。
records-device-kept = 您上次保存的检查点
records-scanned-same = 和您扫到的检查点一致
records-scanned-keep = 这个地址里就有检查点的开头几位，收藏起来，以后可以再来核对。
records-scanned-other = 和您扫到的检查点不一致
records-entries = 全部记录
records-entry-no = 条
records-entry-kind = 内容
records-entry-code = 编码
records-entry-hash = 指纹
records-kind-open = 开放表决
records-kind-ballot = 一张票
records-kind-withdrawn = 撤回一张票
records-kind-sealed = 封存一批选票
records-kind-batch = 一批纸票或举手票
records-kind-close = 截止
records-kind-opened = 开箱
records-kind-result = 公布结果
records-kind-void = 作废
records-bundle = 带回家核对
records-bundle-text = 下载整份记录，在自己的电脑上重新清点，不需要联网，也不需要相信我们。
records-bundle-get = 下载记录包
records-bundle-later = 结果公布以后，这里可以下载整份记录。
records-bundle-void = 本议题没有公布结果就作废了，记录里的选择不公开。
records-key = 签名用的公开钥匙
records-key-title = 公开钥匙
records-key-lead = 本站的每个检查点和记录包都用这把钥匙签名。请把编号抄下来，下次来时对照，也和邻居抄下的对照。
records-key-id = 钥匙编号
records-key-file = 钥匙文件
records-key-how = 怎样核对
records-key-how-text = 在装有本软件的电脑上运行 python -m linyue_verify，后面写记录包的文件名。格式说明在软件的 server/RECORD.md 里，任何人都可以另写一个程序来核对。
records-screen = 本次表决的检查点
records-screen-scan = 扫码保存
records-refused-not-published = 结果还没有公布，记录包还不能下载。
records-refused-not-opened = 本议题还没有开放，没有记录。
records-bundle-readme =
    邻约表决记录包
    议题：{ $text }
    编号：{ $id }
    文件里没有姓名，名册上的每个人只是一个记号。
    核对办法：运行 python -m linyue_verify，后面写这个文件的名字；想查自己的票，再加 --receipt 和回执编码；手里有检查点，再加 --checkpoint 和文件名。
    manifest.json 是开放时固定下来的议题、选项、规则和名册。chain.jsonl 是记录，一行一条。opened.json 是无记名表决开箱后的名单。checkpoints.txt 是签过名的检查点。key.txt 是公开钥匙。seal.txt 是封签。
