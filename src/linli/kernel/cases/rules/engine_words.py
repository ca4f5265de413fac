"""What the engine's own steps are called, in both languages, beside the titles that every type brings."""

from __future__ import annotations

from linli.kernel.cases.rules.shapes import Words

ENGINE_TITLES = {
    "open": Words(en="Opened", zh="登记"),
    "follow_master": Words(en="Closed with the earlier case", zh="随主件办结"),
    "case.arbitration": Words(en="Decision on who has it", zh="归属裁定"),
    "case.sub_case": Words(en="A case below was opened", zh="新增子件"),
    "case.clock_asked": Words(en="Asked for more time or a pause", zh="申请延期或中止"),
    "case.clock_refused": Words(en="More time or pause turned down", zh="延期或中止未获批准"),
    "case.extend": Words(en="Time extended", zh="批准延期"),
    "case.pause": Words(en="Clock paused", zh="计时中止"),
    "case.resume": Words(en="Clock running again", zh="恢复计时"),
    "case.clock_exceeded": Words(en="Past its time", zh="已超时"),
    "case.escalation_refused": Words(en="Automatic step not possible", zh="自动步骤未能执行"),
    "case.hand_over": Words(en="Offered to another desk", zh="转交待签收"),
    "case.accept_handover": Words(en="Taken over", zh="已签收"),
    "case.return_handover": Words(en="Returned", zh="退回"),
    "case.dispute": Words(en="Put up for decision", zh="提请裁定"),
    "case.arbitrate": Words(en="Decided who has it", zh="裁定承办"),
    "case.fall_back": Words(en="Goes to the fallback desk", zh="转兜底单位承办"),
    "case.assign": Words(en="Given to a person", zh="指派经办人"),
    "case.co_handle": Words(en="Another desk works along", zh="邀请协办"),
    "case.co_handled": Words(en="Work along finished", zh="协办完成"),
    "case.link": Words(en="Linked with another case", zh="关联"),
    "case.unlink": Words(en="Not a duplicate after all", zh="取消重复认定"),
    "case.name_watcher": Words(en="Someone was named to see it", zh="列入知情名单"),
    "case.seal": Words(en="Sealed", zh="封存"),
    "case.unseal": Words(en="Seal opened", zh="解除封存"),
}
